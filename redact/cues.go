package redact

// cue is a text beside which a secret stands: "Authorization: ", "-----BEGIN ". All cues
// are looked for in the same pass as the known secrets (forms.go).
type cue struct {
	kind  string   // what is found by it, as a user would say it: "Authorization field"
	texts []string // its spellings, each of at least minCue bytes
	// read reads a text that begins with the cue and tells of each secret value beside it. Open
	// tells that more of the text is needed to be sure; at the text's end what there is counts.
	read func(p []byte, found func(value string)) (open bool)
}

// minCue is the least length of a cue's text: the pass looks at every fourth place only (words.go).
const minCue = 7

// cues are all of them.
var cues []cue
