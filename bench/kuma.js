// The request path of Uptime Kuma's http monitor: axios with agents made for each request, an abort signal, the body as
// text. Where axios is not installed (npm install axios, or NODE_PATH), node's own http: then it is not Kuma's path.
// node kuma.js SECONDS URL...  prints {asked, bad, axios} as JSON.
const http = require("http");
const https = require("https");

let axios = null;
try {
    axios = require("axios");
} catch {
    axios = null;
}
const IN_FLIGHT = 32;
const seconds = Number(process.argv[2]);
const urls = process.argv.slice(3);
const headers = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "User-Agent": "bench" };

function options() {
    const once = { keepAlive: false, maxCachedSessions: 0 };
    const agents = { httpAgent: new http.Agent(once), httpsAgent: new https.Agent(once) };
    return { ...agents, headers, signal: AbortSignal.timeout(10_000) };
}

function byAxios(url) {
    const judged = { maxRedirects: 10, timeout: 48_000, validateStatus: (status) => status === 200 };
    return axios.request({ url, method: "get", ...options(), ...judged });
}

function byNode(url) {
    const { httpAgent: agent, signal } = options();
    return new Promise((resolve, reject) => {
        const request = http.get(url, { agent, signal, headers }, (response) => {
            const parts = [];
            response.on("data", (part) => parts.push(part));
            response.on("error", reject);
            response.on("end", () => {
                const body = Buffer.concat(parts).toString();
                return response.statusCode === 200 ? resolve(body) : reject(new Error(response.statusMessage));
            });
        });
        request.on("error", reject);
    });
}

let asked = 0;
let bad = 0;

async function ask(until) {
    while (Date.now() < until) {
        try {
            await (axios ? byAxios : byNode)(urls[asked % urls.length]);
        } catch {
            bad += 1;
        }
        asked += 1;
    }
}

const until = Date.now() + seconds * 1000;
Promise.all(Array.from({ length: IN_FLIGHT }, () => ask(until))).then(() => {
    console.log(JSON.stringify({ asked, bad, axios: axios !== null }));
});
