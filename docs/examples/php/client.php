<?php
/**
 * A client of the bus in PHP, with the standard stream functions only: it polls.
 *
 *     VESTNIK_URL=http://127.0.0.1:8378/v1/tenants/demo VESTNIK_TOKEN=eyJ… php client.php
 *
 * It prints what comes, answers calls of the method "echo", and goes on after any break. Asking for what
 * comes after a position acknowledges everything up to it.
 */
declare(strict_types=1);

$url = getenv('VESTNIK_URL') ?: exit("VESTNIK_URL is not set\n");
$token = getenv('VESTNIK_TOKEN') ?: exit("VESTNIK_TOKEN is not set\n");
const WAIT_SECONDS = 25;

/** The application's own part. What is handled twice must do no harm: ids tell. */
function handle(array $message): void
{
    echo $message['type'], ' ', json_encode($message['data'] ?? null, JSON_UNESCAPED_UNICODE), "\n";
}

function answer(array $call): array
{
    return $call['method'] === 'echo'
        ? ['result' => $call['params']]
        : ['error' => ['code' => -32601, 'message' => 'there is no such method']];
}

/** One HTTP request. @return array{int, ?array} the status (0: no answer came) and the JSON of the answer */
function request(string $method, string $url, string $token, ?array $body = null): array
{
    $context = stream_context_create(['http' => [
        'method' => $method,
        'header' => ["Authorization: Bearer $token", 'Content-Type: application/json'],
        'content' => $body === null ? '' : json_encode($body, JSON_UNESCAPED_UNICODE),
        'timeout' => WAIT_SECONDS + 10,
        'ignore_errors' => true,
    ]]);
    $text = @file_get_contents($url, false, $context);
    // The stream sets this variable; it is not there where no answer came.
    $status = $text !== false && preg_match('~^HTTP/\S+ (\d+)~', $http_response_header[0] ?? '', $found) ? (int) $found[1] : 0;
    return [$status, $text === false ? null : json_decode($text, true)];
}

$position = null;
$delay = 1;
while (true) {
    $query = http_build_query(['wait' => WAIT_SECONDS] + ($position === null ? [] : ['after' => $position]));
    [$status, $page] = request('GET', "$url/inbox?$query", $token);
    if ($status !== 200 || $page === null) {
        fwrite(STDERR, "status $status " . ($page['detail'] ?? '') . "\n");
        if ($status >= 400 && $status < 500 && $status !== 429) exit(1);
        sleep($delay);
        $delay = min($delay * 2, 30);
        continue;
    }
    $delay = 1;
    foreach ($page['messages'] as $message) handle($message);
    foreach ($page['events'] as $event) {
        if ($event['method'] === 'call') {
            request('POST', "$url/rpc", $token, ['jsonrpc' => '2.0', 'id' => $event['id']] + answer($event['params']));
        } else {
            fwrite(STDERR, $event['method'] . ' ' . json_encode($event['params'], JSON_UNESCAPED_UNICODE) . "\n");
        }
    }
    $position = $page['position'];
}
