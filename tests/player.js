// A player of ours, built as yt-dlp's solver expects YouTube's to be: a function that takes an address, the name of a
// parameter and a signature, and an address whose methods turn the parameters into what the site accepts.
var _player = {};
(function (g) {
  "use strict";
  var player = { signatureTimestamp: 20123 };
  var turns = [
    function (letters) { letters.reverse(); },
    function (letters, n) { letters.splice(0, n); },
    function (letters, n) { var first = letters[0]; letters[0] = letters[n % letters.length]; letters[n % letters.length] = first; },
  ];
  var Address = function (text) { this.text = text; this.values = {}; };
  Address.prototype.set = function (name, value) { this.values[name] = value; };
  Address.prototype.get = function (name) { return this.values[name]; };
  Address.prototype.finish = function () {
    var n = this.values.n;
    if (n) { var letters = n.split(""); turns[0](letters); turns[2](letters, 3); this.values.n = letters.join(""); }
  };
  var unlock = function (text, name, signature) {
    var address = new Address(text);
    address.set("alr", "yes");
    if (signature) {
      var letters = decodeURIComponent(signature).split("");
      turns[1](letters, 2);
      turns[0](letters);
      turns[2](letters, 5);
      address.set(name, encodeURIComponent(letters.join("")));
    }
    return address;
  };
  g.unlock = unlock;
})(_player);
