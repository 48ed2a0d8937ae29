//! The limit on open files: on Unix each connection is one.
//!
//! The default is often 1,024 or 256, and a program may raise it.

/// Descriptors besides those of connections: the log, its lock, streams, the runtime's own,
/// connections of forwarding.
#[cfg(unix)]
const OTHERS: u64 = 128;

/// Raises the limit of this process so that `connections` fit, as far as the system allows.
/// Returns how many fit, at least one.
#[cfg(unix)]
pub fn make_room(connections: usize) -> usize {
    let wanted = u64::try_from(connections)
        .unwrap_or(u64::MAX)
        .saturating_add(OTHERS);
    // Without a known limit, let it fail when it is reached.
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
