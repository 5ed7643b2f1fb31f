"""The desk's words for how a text came, what was read in it, and the signs that speak for a priority."""

from typing import Final

from flask_babel import lazy_gettext as _

from hotline.console.labels import Words

TEXT_FLAG: Final[Words] = {
    "fetched": _("diambil dari daftar operator seluler"),
    "cut": _("terpotong"),
    "part": _("bagian dari SMS panjang"),
    "same_id_other_words": _("nomor SMS ganda"),
    "gap": _("ada bagian SMS yang tidak sampai"),
    "late_part": _("bagian SMS yang datang terlambat"),
    "flash": _("SMS kilat, tidak dibalas"),
    "network": _("dari operator kartu SIM, tidak dibalas"),
    "unconfirmed": _("asal belum dipastikan"),
    "to_another": _("dialamatkan ke nomor lain"),
}
"""How an incoming text came, as far as its reader should know; that it came late is told with its time."""

UNDERSTOOD: Final[Words] = {
    "type": _("jenis kejadian"),
    "area": _("kelurahan"),
    "landmark": _("patokan"),
    "place": _("tempat"),
    "outside": _("di luar wilayah"),
    "rt": _("RT"),
    "rw": _("RW"),
    "people": _("jumlah orang"),
    "time": _("waktu"),
    "reason": _("tanda bahaya"),
}

SIGN: Final[Words] = {
    "weapon": _("senjata"),
    "blunt_weapon": _("benda tumpul"),
    "grave_injury": _("luka berat"),
    "injury": _("luka"),
    "light_injury": _("luka ringan"),
    "trapped": _("terjebak"),
    "fire": _("api"),
    "spreading": _("menjalar"),
    "small": _("kecil"),
    "attack": _("serangan"),
    "by_many": _("banyak pelaku"),
    "threat": _("ancaman"),
    "bomb": _("bom"),
    "inside": _("pelaku di dalam"),
    "mob": _("warga berkumpul"),
    "crowd": _("kerumunan"),
    "child": _("anak"),
    "elder": _("orang tua"),
    "frail": _("orang lemah"),
    "helpless": _("tidak berdaya"),
    "abandoned": _("ditinggalkan"),
    "loss": _("kehilangan barang"),
    "missing": _("orang hilang"),
    "tension": _("suasana tegang"),
    "hazard": _("bahaya di tempat"),
    "bitten": _("digigit"),
    "lure_child": _("membujuk anak"),
    "taken": _("dibawa orang"),
    "prey": _("hewan dekat orang"),
    "silent_distress": _("minta tolong diam-diam"),
    "no_call": _("jangan ditelepon"),
    "in_progress": _("sedang berlangsung"),
    "recent": _("baru saja"),
    "past": _("sudah lewat"),
    "over": _("sudah selesai"),
    "recurring": _("berulang"),
    "suspicion": _("dugaan"),
    "plea": _("minta tolong"),
    "harmless": _("tidak berbahaya"),
    "missing_object": _("barang tanpa pemilik"),
    "puddle": _("genangan"),
    "service": _("permintaan layanan"),
    "officer": _("keluhan tentang petugas"),
    "impostor": _("mengaku petugas"),
    "negated": _("disangkal dalam SMS itu sendiri"),
}
"""Why a priority was suggested: the signs that the grammar reads."""
