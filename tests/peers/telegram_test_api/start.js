// Starts telegram-test-api on a free port of this machine and prints that port. Ends when its input does.
const net = require('net');
const TelegramServer = require('telegram-test-api');

const HOST = '127.0.0.1';

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, HOST, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function main() {
  const port = await freePort();
  const server = new TelegramServer({ host: HOST, port });
  await server.start();
  console.log(port);
  process.stdin.resume();
  process.stdin.on('end', () => process.exit(0));
}

main();
