package redact

import "bytes"

// cue is a text beside which a secret stands: "Authorization: ", "-----BEGIN ". All cues
// are looked for in the same pass as the known secrets (forms.go).
type cue struct {
	kind  string   // what is found by it, as a user would say it: "Authorization field"
	texts []string // its spellings, each of at least minCue bytes
	// read reads a text that begins with the cue and tells of each secret value beside it, as it
	// is spelled there. Open tells that more of the text is needed to be sure; at the text's end
	// what there is counts.
	read func(p []byte, found func(value string)) (open bool)
}

// minCue is the least length of a cue's text: the pass looks at every fourth place only (words.go).
const minCue = 7

// maxCue bounds the text that a cue is read in, and so what is held back of a stream.
const maxCue = 16 << 10

// kindLogin is the kind of what is found that may be base64 of a login.
const kindLogin = "Authorization field"

// cues are all of them.
var cues = []cue{
	{kindLogin, []string{"uthorization", "UTHORIZATION"}, readAuthorization},
	{kindLogin, []string{`"auth":`, `"auth" :`, `"auth\":`}, readDockerAuth},
	{"Bearer token", []string{"Bearer ", "bearer "}, readBearer},
	{"token field", tokenFields, readTokenField},
	{"cookie", []string{"Cookie:", "cookie:", `Cookie"`, `cookie"`, "Cookie'", "cookie'"}, readCookies},
	{"cookie", []string{"_session="}, readSession},
	{"URL", schemes(), readURL},
	{"URL", []string{"ignature=", "redential=", "&token=", "?token=", "-Token=", "-token=", "&AWSAccessKeyId=", "&GoogleAccessId="}, readParameter},
	{"private key", []string{"-----BEGIN "}, readPEM},
	{"netrc", []string{"machine "}, readNetrc},
	{"form field", []string{`form-data; name="`}, readFormField},
	{"setting", settingNames(), readNamed},
	{"command line", []string{"--password ", "--token ", "--passphrase ", "--user ", "curl -u "}, readFlag},
}

// readCues reads a text at each of its cues, as the pass does.
func readCues(text []byte, found func(kind, value string)) {
	for _, c := range cues {
		for _, beginning := range c.texts {
			for at := 0; ; at += len(beginning) {
				i := bytes.Index(text[at:], []byte(beginning))
				if i < 0 {
					break
				}
				at += i
				c.read(text[at:min(len(text), at+maxCue)], func(value string) { found(c.kind, value) })
			}
		}
	}
}
