//! Lowers the priority of background threads.

/// Lowers the priority of the calling thread, so that display, statistics and compression do
/// not slow down replies. Does nothing if the system has no thread priorities or refuses.
pub fn yield_to_others() {
    #[cfg(target_os = "linux")]
    {
        // On Linux "this process" means this thread.
        let _ = rustix::process::setpriority_process(None, NICE);
    }
}

/// About a tenth of the CPU time of a normal thread if both are ready to run.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;
