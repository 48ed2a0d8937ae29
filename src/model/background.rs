//! Work that nobody waits for yields to work that somebody does.

/// Lets the thread that calls this run only where others leave room: what is shown, counted or
/// compressed takes nothing from replies. Where the system knows no priorities of threads, or
/// refuses, nothing changes.
pub fn yield_to_others() {
    #[cfg(target_os = "linux")]
    {
        // On Linux "this process" means this thread.
        let _ = rustix::process::setpriority_process(None, NICE);
    }
}

/// A tenth of the share of an ordinary thread where both want to run, and all of it otherwise.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;
