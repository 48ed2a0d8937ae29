# Homebrew: brew install {{OWNER}}/tap/enx-hook
class EnxHook < Formula
  desc "Receive, record, send, replay and validate webhooks of video services"
  homepage "https://github.com/{{REPOSITORY}}"
  version "{{version}}"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "{{DOWNLOADS}}/enx-hook-{{version}}-aarch64-apple-darwin.tar.gz"
      sha256 "{{SHA_aarch64_apple_darwin}}"
    end
    on_intel do
      url "{{DOWNLOADS}}/enx-hook-{{version}}-x86_64-apple-darwin.tar.gz"
      sha256 "{{SHA_x86_64_apple_darwin}}"
    end
  end
  on_linux do
    on_arm do
      url "{{DOWNLOADS}}/enx-hook-{{version}}-aarch64-unknown-linux-gnu.tar.gz"
      sha256 "{{SHA_aarch64_unknown_linux_gnu}}"
    end
    on_intel do
      url "{{DOWNLOADS}}/enx-hook-{{version}}-x86_64-unknown-linux-gnu.tar.gz"
      sha256 "{{SHA_x86_64_unknown_linux_gnu}}"
    end
  end

  def install
    bin.install "enx-hook"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/enx-hook.bash" => "enx-hook"
    zsh_completion.install "completions/_enx-hook"
    fish_completion.install "completions/enx-hook.fish"
  end

  test do
    assert_match "enx-hook #{version}", shell_output("#{bin}/enx-hook --version")
    (testpath/"bad.json").write '{"type": "roomdrop"}'
    shell_output("#{bin}/enx-hook validate bad.json", 1)
  end
end
