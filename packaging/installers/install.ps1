# Installs enx-hook {{version}} for this user.
#
#   $env:ENX_HOOK_INSTALL_DIR   where to (%LOCALAPPDATA%\Programs\enx-hook)
#   $env:ENX_HOOK_DOWNLOADS     where the archives are (the release on GitHub)
#
# It downloads one archive, compares its SHA-256, moves the program into place and adds its
# folder to the user's PATH.
function Install-EnxHook {
    # Within the function: `iex` would change the session that calls it.
    $ErrorActionPreference = 'Stop'
    Set-StrictMode -Version Latest

    $version = '{{version}}'
    $downloads = if ($env:ENX_HOOK_DOWNLOADS) { $env:ENX_HOOK_DOWNLOADS } else {
        "https://github.com/{{REPOSITORY}}/releases/download/v$version"
    }
    $folder = if ($env:ENX_HOOK_INSTALL_DIR) { $env:ENX_HOOK_INSTALL_DIR } else {
        Join-Path $env:LOCALAPPDATA 'Programs\enx-hook'
    }

    # Windows on ARM runs it as well.
    $name = "enx-hook-$version-x86_64-pc-windows-gnullvm"
    $temporary = Join-Path ([IO.Path]::GetTempPath()) ([Guid]::NewGuid())
    New-Item -ItemType Directory -Path $temporary | Out-Null
    try {
        $archive = Join-Path $temporary 'archive.zip'
        $sum = Join-Path $temporary 'expected'
        Invoke-WebRequest -UseBasicParsing -Uri "$downloads/$name.zip" -OutFile $archive
        Invoke-WebRequest -UseBasicParsing -Uri "$downloads/$name.zip.sha256" -OutFile $sum
        $expected = ((Get-Content -Raw $sum) -split '\s')[0]
        if ((Get-FileHash -Algorithm SHA256 $archive).Hash -ne $expected) {
            throw "the SHA-256 of $name.zip is not $expected; nothing was installed"
        }
        Expand-Archive -Path $archive -DestinationPath $temporary
        New-Item -ItemType Directory -Force -Path $folder | Out-Null
        Move-Item -Force (Join-Path $temporary "$name\enx-hook.exe") (Join-Path $folder 'enx-hook.exe')
    } finally {
        Remove-Item -Recurse -Force $temporary
    }
    $path = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($path -split ';') -notcontains $folder) {
        [Environment]::SetEnvironmentVariable('Path', "$path;$folder", 'User')
        Write-Output "$folder was added to your PATH: open a new terminal."
    }
    Write-Output "enx-hook $version is in $folder"
}
Install-EnxHook
