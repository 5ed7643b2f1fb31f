// What can be heard: key tones, ringing, and the line's words read aloud where the browser has a voice.

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477];
const KEYS = "123456789*0#";
let context = null;
let isOn = localStorage.getItem("sound") !== "off";

export const soundIsOn = () => isOn;

export function setSound(on) {
  isOn = on;
  localStorage.setItem("sound", on ? "on" : "off");
  if (!on) window.speechSynthesis?.cancel();
}

function beep(frequencies, seconds, loudness = 0.06) {
  if (!isOn || !navigator.userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  const volume = context.createGain();
  volume.gain.setValueAtTime(loudness, context.currentTime);
  volume.gain.linearRampToValueAtTime(0, context.currentTime + seconds);
  volume.connect(context.destination);
  for (const frequency of frequencies) {
    const source = context.createOscillator();
    source.frequency.value = frequency;
    source.connect(volume);
    source.start();
    source.stop(context.currentTime + seconds);
  }
}

export function keyTone(key) {
  const place = KEYS.indexOf(key);
  beep([ROWS[Math.floor(place / 3)], COLUMNS[place % 3]], 0.16);
}

export const ringTone = () => beep([440, 480], 0.9, 0.05);
export const textTone = () => beep([880, 1175], 0.25, 0.04);

export function readAloud(words) {
  if (!isOn || !window.speechSynthesis || !navigator.userActivation?.hasBeenActive) return;
  const voice = speechSynthesis.getVoices().find((candidate) => candidate.lang.toLowerCase().startsWith("id"));
  if (!voice) return;
  const speech = new SpeechSynthesisUtterance(words);
  speech.voice = voice;
  speech.lang = voice.lang;
  speechSynthesis.speak(speech);
}

export const stopReading = () => window.speechSynthesis?.cancel();
