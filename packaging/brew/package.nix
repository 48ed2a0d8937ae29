# Nix: callPackage ./package.nix { }
{ lib, stdenv, fetchurl, installShellFiles }:
let
  sources = {
    x86_64-linux = { target = "x86_64-unknown-linux-musl"; sha256 = "{{SHA_x86_64_unknown_linux_musl}}"; };
    x86_64-darwin = { target = "x86_64-apple-darwin"; sha256 = "{{SHA_x86_64_apple_darwin}}"; };
    aarch64-darwin = { target = "aarch64-apple-darwin"; sha256 = "{{SHA_aarch64_apple_darwin}}"; };
  };
  source = sources.${stdenv.hostPlatform.system};
in
stdenv.mkDerivation {
  pname = "enx-hook";
  version = "{{version}}";
  src = fetchurl {
    url = "{{DOWNLOADS}}/enx-hook-{{version}}-${source.target}.tar.gz";
    inherit (source) sha256;
  };
  nativeBuildInputs = [ installShellFiles ];
  installPhase = ''
    install -Dm755 enx-hook -t $out/bin
    installManPage man/*.1
    installShellCompletion --cmd enx-hook --bash completions/enx-hook.bash \
      --zsh completions/_enx-hook --fish completions/enx-hook.fish
  '';
  meta = {
    description = "Receive, record, send, replay and validate webhooks of video services";
    homepage = "https://github.com/{{REPOSITORY}}";
    license = with lib.licenses; [ mit asl20 ];
    platforms = builtins.attrNames sources;
    mainProgram = "enx-hook";
  };
}
