# On Windows: install.ps1 installs the archive of this build, and a newcomer uses it.
$ErrorActionPreference = 'Stop'
$packages = Resolve-Path target/packages
$version = (Select-String -Path Cargo.toml -Pattern '^version = "(.*)"').Matches[0].Groups[1].Value
$server = Start-Process python -ArgumentList '-m', 'http.server', '--bind', '127.0.0.1', '--directory', $packages, '8765' -PassThru
try {
    while (-not (Test-NetConnection 127.0.0.1 -Port 8765 -InformationLevel Quiet -WarningAction SilentlyContinue)) { }
    $env:ENX_HOOK_DOWNLOADS = 'http://127.0.0.1:8765'
    $env:ENX_HOOK_INSTALL_DIR = Join-Path $env:RUNNER_TEMP 'enx hook'
    & (Join-Path $packages 'install.ps1')
    $program = Join-Path $env:ENX_HOOK_INSTALL_DIR 'enx-hook.exe'
    if ((& $program --version) -ne "enx-hook $version") { throw 'another version' }
    & $program listen --port 0 --simulate --expect roomdrop=1 --for 60s
    if ($LASTEXITCODE -ne 0) { throw "listen: exit code $LASTEXITCODE" }
    Set-Content bad.json '{"type": "roomdrop"}'
    & $program validate bad.json
    if ($LASTEXITCODE -ne 1) { throw "validate: exit code $LASTEXITCODE" }
} finally {
    Stop-Process $server
}
