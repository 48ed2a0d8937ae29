//! Which process holds a port, where the system tells. It makes an error more helpful, so every
//! failure here is only "unknown".

/// The process that listens on this port: `node (process 4711)`.
#[cfg(target_os = "linux")]
pub(super) fn port_holder(port: u16) -> Option<String> {
    use std::fs;

    // State 0A is LISTEN; the address ends with the port, in hexadecimal.
    let end = format!(":{port:04X}");
    let inode = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .find_map(|table| {
            let table = fs::read_to_string(table).ok()?;
            table.lines().skip(1).find_map(|line| {
                let columns: Vec<&str> = line.split_whitespace().collect();
                let listens = columns.get(1)?.ends_with(&end) && columns.get(3) == Some(&"0A");
                listens.then(|| columns.get(9).map(|inode| (*inode).to_owned()))?
            })
        })?;
    let socket = format!("socket:[{inode}]");
    fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
        // `self` and other entries are not processes. The files of other users cannot be read.
        let _: u32 = process.file_name().to_str()?.parse().ok()?;
        let files = fs::read_dir(process.path().join("fd")).ok()?;
        let holds = files
            .flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|to| to.as_os_str() == &*socket));
        holds.then(|| {
            let name = fs::read_to_string(process.path().join("comm")).ok()?;
            let id = process.file_name();
            Some(format!("{} (process {})", name.trim(), id.display()))
        })?
    })
}

/// The process that listens on this port: `node (process 4711)`.
#[cfg(target_os = "macos")]
pub(super) fn port_holder(port: u16) -> Option<String> {
    let place = format!("-iTCP:{port}");
    let found = std::process::Command::new("lsof")
        .args(["-nP", "-sTCP:LISTEN", "-Fpc", &place])
        .output()
        .ok()?;
    let found = String::from_utf8(found.stdout).ok()?;
    let field = |letter| found.lines().find_map(|line| line.strip_prefix(letter));
    Some(format!("{} (process {})", field('c')?, field('p')?))
}

/// Other systems do not tell without special rights or libraries.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn port_holder(_port: u16) -> Option<String> {
    None
}
