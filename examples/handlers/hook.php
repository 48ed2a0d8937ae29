<?php
// A webhook handler in plain PHP, for Apache, nginx with PHP-FPM, or PHP's own server:
//
//     PHP_CLI_SERVER_WORKERS=8 php -S 127.0.0.1:8080 hook.php
//     enx-hook check --url http://127.0.0.1:8080/hook
//
// Set RECEIVER_USER and RECEIVER_PASSWORD to require Basic Auth. The folder of WEBHOOK_FOLDER
// keeps one file for each body. GET /effects counts the stored events of each session, for
// `check --verify`. Remove it in production.

declare(strict_types=1);

$folder = getenv('WEBHOOK_FOLDER') ?: sys_get_temp_dir() . '/webhooks';
$user = getenv('RECEIVER_USER');
$password = getenv('RECEIVER_PASSWORD') ?: '';

if ($_SERVER['REQUEST_METHOD'] === 'GET' && $_SERVER['REQUEST_URI'] === '/effects') {
    header('Content-Type: application/json');
    echo json_encode((object) effects($folder));
    exit;
}
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    header('Allow: POST');
    http_response_code(405);
    exit;
}
$given = ($_SERVER['PHP_AUTH_USER'] ?? '') . ':' . ($_SERVER['PHP_AUTH_PW'] ?? '');
if ($user !== false && !hash_equals("$user:$password", $given)) {
    header('WWW-Authenticate: Basic realm="webhooks"');
    http_response_code(401);
    exit;
}

// Read the body as bytes. $_POST is empty for JSON.
$body = file_get_contents('php://input');
// Store it, then answer. The name of the file is the hash of the whole body, so a duplicate is
// stored once. A worker, for example one started by cron, handles the files later.
http_response_code(store($folder, $body) ? 200 : 503);

function store(string $folder, string $body): bool
{
    if (!is_dir($folder) && !@mkdir($folder, 0700, true) && !is_dir($folder)) {
        return false;
    }
    $name = $folder . '/' . hash('sha256', $body) . '.json';
    if (is_file($name)) {
        return true;
    }
    // A file appears under its name only when it is complete.
    $draft = tempnam($folder, 'new');
    return $draft !== false
        && file_put_contents($draft, $body) === strlen($body)
        && rename($draft, $name);
}

function effects(string $folder): array
{
    $effects = [];
    foreach (glob("$folder/*.json") as $file) {
        $event = json_decode(file_get_contents($file), true);
        if (is_array($event) && is_string($event['conf_num'] ?? null)) {
            $effects[$event['conf_num']] = ($effects[$event['conf_num']] ?? 0) + 1;
        }
    }
    return $effects;
}
