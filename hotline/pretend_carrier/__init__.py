"""A pretend telephone company for demo, training and tests: a carrier's HTTP, and telephones in a browser.

The HTTP is Africa's Talking's, in both directions.
It is a process of its own, imports nothing else of this project, and calls this machine only.

    python -m hotline.pretend_carrier [--port N] [--hotline URL] [--hooks URL] [--phones FILE] [--state FILE]

Environment (the options override it)
    CARRIER_PORT             port on 127.0.0.1, default 8001
    HOTLINE_URL              the hotline, default http://127.0.0.1:8000 (its sounds may be played)
    HOTLINE_HOOKS_URL        where callbacks go, default HOTLINE_URL
    HOTLINE_WEBHOOK_TOKENS   required; the first one is used
    HOTLINE_NUMBER           the hotline's number, default +6281100000110; the only caller id that may call
    AFRICASTALKING_USERNAME  default sandbox (any sender id then); AFRICASTALKING_API_KEY  default pretend-key
    CARRIER_SENDER_IDS       further sender ids of a user name that is not sandbox
    CARRIER_PUBLIC_URL       what recordingUrl begins with, default http://127.0.0.1:CARRIER_PORT
    PRETEND_CARRIER_PHONES   JSON [{"name", "number", "role": "resident"|"unit"}], default a built-in list
    PRETEND_CARRIER_STATE    file that keeps telephones, texts and money over a restart (calls are not kept)
    CARRIER_BALANCE (rupiah), CARRIER_RECEIPT_DELAY (0.7 s between reports), CARRIER_LATE_SECONDS (12),
    CARRIER_RING_SECONDS (30), CARRIER_PACE (1 = prompts last as long as they sound, 0 = no time at all)

To the hotline (forms, repeated with the same bytes after 1, 2, 5, … 120 s until 2xx)
    POST /sms/<token>/inbound, /sms/<token>/receipt, /sms/<token>/opt-out, /ivr/<token>/call and its step URLs

As the carrier (header apiKey and field username must match, else the recorded 401)
    POST /version1/messaging        form: to, message, from       POST /version1/messaging/bulk   JSON
    GET  /version1/messaging        lastReceivedId; 100 a page    GET  /version1/user             the balance
    POST /call, /queueStatus, /mediaUpload, /callTransfer         GET  /recordings/<hex>.wav|.mp3

The telephones: GET /phones/ in a browser, and as JSON (numbers in paths may leave the + out)
    GET  /phones/api/state                    everything; GET /phones/api/phones  the telephones alone
    GET  /phones/api/events?since=0&wait=20   {boot, last, reset, events: [{id, kind, number}]}, long poll
    POST /phones/api/phones                   {name, number, role}                          201, 400, 409
    GET  /phones/api/phones/<n>               ?until=ringing|connected|keys|recording|over&wait=10
    POST /phones/api/phones/<n>               {on, credit}
    POST /phones/api/phones/<n>/texts         {text}                                        201, 409 (off)
    POST /phones/api/phones/<n>/opt-out       toggles; refused with 406 while opted out
    POST /phones/api/phones/<n>/dial          {withheld}                        201 {session}, 409
    POST /phones/api/phones/<n>/keys          {keys: "12#"}; keys may be pressed ahead of the question
    POST /phones/api/phones/<n>/speech        WAV or MP3 bytes, or {seconds} for a tone
    POST /phones/api/phones/<n>/silence       the question's patience ends now; /skip ends the prompt now
    POST /phones/api/phones/<n>/answer, /reject, /hang-up
    GET  /phones/api/calls?session=           [{session, number, direction, state, finished, cause, steps}]
    GET  /phones/api/traffic                  {callbacks: [{kind, about, outcome}], elsewhere: [text]}
    POST /phones/api/inbound                  {from, text, …}: any sender, any fields (null: left out)  202

    telephone  {number, name, role, on, credit, opted_out, messages: [text], call: line|null}
    text       {id, serial, from, to, text, state, at, parts, tries}; state is a texts.TextState
    line       {session, with, incoming, state: ringing|connected|over, keys, ended,
                heard: [{n, kind: say|play|beep|note, text, audio}],
                asking: {kind: keys|recording, timeout, finish_on_key, num_digits, max_length} or null}
    refusal    {error, words}: words are Indonesian, for the page

Faults: GET /faults (armed, catalogue, balance), DELETE /faults, POST /faults with one or a list of
    {point: send|receipt|inbound|voice|call|recording, fault, times: 1 (-1 = until cleared), number: ""}
    or {balance: 1000}. The names are faults.CATALOGUE. Whatever is armed first happens first.
"""

from hotline.pretend_carrier.application import carrier_of, create_app, serve
from hotline.pretend_carrier.settings import Settings, read_settings

__all__ = ["Settings", "carrier_of", "create_app", "read_settings", "serve"]
