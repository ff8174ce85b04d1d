package drift

import "fmt"

// Level is how much a change weighs.
type Level uint8

// The levels.
const (
	Info    Level = iota // both sides of the protocol pass over it, or it depends on data
	Warning              // somebody may miss it
	Error                // one who understood the one recording may not understand the other
)

var levels = [...]string{"info", "warning", "error"}

// String is the word for the level.
func (l Level) String() string { return levels[l] }

// MarshalText writes the word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the word.
func (l *Level) UnmarshalText(text []byte) error {
	for i, word := range levels {
		if word == string(text) {
			*l = Level(i)
			return nil
		}
	}
	return fmt.Errorf("level %q is none of info, warning, error", text)
}

// Kind is what became of a thing from the first recording to the second.
type Kind string

// The kinds.
const (
	Gained  Kind = "gained"  // only the second has it
	Lost    Kind = "lost"    // only the first has it
	Changed Kind = "changed" // both have it, in different ways
)

// Part is what of an exchange, or beside it, a change is about.
type Part string

// The parts, in the order in which they are listed.
const (
	PartJob         Part = "job"          // a job of that name was there at all
	PartEnd         Part = "end"          // how jobs of that name ended
	PartEndpoint    Part = "endpoint"     // the endpoint was called at all
	PartSituation   Part = "situation"    // it was called in that situation
	PartStatus      Part = "status"       // what it was answered
	PartHeader      Part = "header"       // a header field
	PartQuery       Part = "query"        // a key of the query
	PartForm        Part = "form"         // a key of a form, or a part of a multipart body
	PartContentType Part = "content_type" // media type, without parameters
	PartFraming     Part = "framing"      // how the body was delimited
	PartBody        Part = "body"         // a path of JSON
	PartFeature     Part = "feature"      // something the runner, or GitLab, says it can do
	PartVariable    Part = "variable"     // a variable of the payload
	PartValue       Part = "value"        // a word of the protocol, as the value of a header field, query key or path
)

// Parts are all of them.
func Parts() []Part {
	return []Part{
		PartJob, PartEnd, PartEndpoint, PartSituation, PartStatus, PartHeader, PartQuery, PartForm, PartContentType, PartFraming,
		PartBody, PartFeature, PartVariable, PartValue,
	}
}

// Everywhere is the endpoint of what changed in the same way in all calls of the
// runner API that both recordings have.
const Everywhere = "all"

// Change is one thing that differs. Its JSON form is a line of `proxy diff --json`.
type Change struct {
	Level     Level  `json:"level"`               // how much it weighs
	Kind      Kind   `json:"kind"`                // what became of it
	Endpoint  string `json:"endpoint"`            // which call, in decode's words, or [Everywhere]; empty of a job
	Job       string `json:"job,omitempty"`       // name of the jobs it is about; empty for no matter which
	Situation string `json:"situation,omitempty"` // in which it is so, as "state=failed"; empty for all that both have
	Side      string `json:"side,omitempty"`      // "request" or "response"; empty for neither
	Status    int    `json:"status,omitempty"`    // of the answers in which it is so; 0 for all that both have
	Part      Part   `json:"part"`                // what it is about
	Name      string `json:"name,omitempty"`      // of the header field or key; of JSON the path, like "steps[].name"
	Before    string `json:"before,omitempty"`    // what the first recording says there: types, statuses, words; empty for nothing
	After     string `json:"after,omitempty"`     // what the second says
	A         Place  `json:"a"`                   // where to look in the first
	B         Place  `json:"b"`                   // where to look in the second
}

// Place is an exchange of one of the recordings in which to see a change.
type Place struct {
	Exchange uint64 `json:"exchange,omitempty"` // the first that has it, or else the first that could; 0 if there is none
	Has      int    `json:"has"`                // how many have it: exchanges, or of paths below a list elements
	Of       int    `json:"of"`                 // of how many that could
}
