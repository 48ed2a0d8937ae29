//! The provider's files, stood in for.

use clap::Args;

use crate::receiver::FileFaults;

/// Files that stand in for those of the provider.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Files of the provider")]
pub struct Serving {
    /// Serve the files that the events name, on a free port of this machine
    ///
    /// The URLs in the events lead to http://127.0.0.1, where a small file of each kind stands: a
    /// chat and meta data as JSON, a transcript, a second of video. At the end, a table shows which
    /// files were asked for, with which credentials, and whether all of each was sent.
    #[arg(long)]
    pub serve_files: bool,

    /// Require Basic Auth for the files, except for those of file_transfer
    ///
    /// The files of file_transfer stand on your own storage, where no credentials of the provider
    /// belong. Without a password, that of ENX_HOOK_FILES_PASSWORD is used, or a prompt.
    #[arg(long, value_name = "NAME[:PASSWORD]", requires = "serve_files")]
    pub files_user: Option<String>,

    /// Answer the requests for a file with these faults in turn; the last one repeats. Can be
    /// repeated
    ///
    /// A fault is ok (none), a status from 400 to 599, slow:TIME (the file takes TIME), cut (the
    /// connection is closed after half of the file) or expire:TIME (410 from TIME after the event
    /// on). Faults of an EVENT take precedence over those of all files: --files-fault 503,ok
    /// --files-fault recording=cut,ok.
    #[arg(long, value_name = "[EVENT=]FAULT,…", requires = "serve_files")]
    pub files_fault: Vec<FileFaults>,

    /// Exit with 1 unless every file is fetched whole
    #[arg(long, requires = "serve_files")]
    pub expect_fetched: bool,
}
