//! As many open files as there may be connections: on Unix a connection is one.
//!
//! Systems begin with few, often 1,024 or 256, and let a program ask for more.

/// Descriptors besides those of connections: the log, its lock, streams, the runtime's own,
/// connections of forwarding.
#[cfg(unix)]
const OTHERS: u64 = 128;

/// Raises this process's limit so that so many connections fit, as far as the system lets it,
/// and says how many do; at least one.
#[cfg(unix)]
pub fn make_room(connections: usize) -> usize {
    let wanted = u64::try_from(connections)
        .unwrap_or(u64::MAX)
        .saturating_add(OTHERS);
    // Who does not say how many there are lets it run into the end.
    let Ok((soft, _)) = rlimit::Resource::NOFILE.get() else {
        return connections;
    };
    let limit = if soft < wanted {
        rlimit::increase_nofile_limit(wanted).unwrap_or(soft)
    } else {
        soft
    };
    let fit = usize::try_from(limit.saturating_sub(OTHERS)).unwrap_or(usize::MAX);
    fit.clamp(1, connections.max(1))
}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn make_room(connections: usize) -> usize {
    connections.max(1)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_never_nothing_and_never_more_than_was_asked_for() {
        assert_eq!(make_room(8), 8);
        assert_eq!(make_room(0), 1);
        let most = make_room(usize::MAX);
        assert!(most >= 8);
    }
}
