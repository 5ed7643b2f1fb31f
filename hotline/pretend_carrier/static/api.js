// The company's JSON, as functions. A refusal is thrown with the words for the person.

export class Refusal extends Error {}

async function ask(method, path, body) {
  const options = { method, headers: {} };
  if (body instanceof Blob) {
    options.body = body;
  } else if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(path, options);
  const data = await answer.json();
  if (!answer.ok) throw new Refusal(data.words || "Tidak berhasil.");
  return data;
}

const phonePath = (number) => `/phones/api/phones/${encodeURIComponent(number)}`;

export const getState = () => ask("GET", "/phones/api/state");
export const getEvents = (since) => ask("GET", `/phones/api/events?since=${since}&wait=20`);
export const getPhone = (number) => ask("GET", phonePath(number));
export const getTraffic = () => ask("GET", "/phones/api/traffic");
export const getFaults = () => ask("GET", "/faults");
export const armFault = (fault) => ask("POST", "/faults", fault);
export const clearFaults = () => ask("DELETE", "/faults");
export const addPhone = (phone) => ask("POST", "/phones/api/phones", phone);
export const setPhone = (number, changes) => ask("POST", phonePath(number), changes);
export const act = (number, what, body = {}) => ask("POST", `${phonePath(number)}/${what}`, body);
