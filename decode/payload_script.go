package decode

import "encoding/json"

// Variable is one CI variable.
type Variable struct {
	Key    string `json:"key"`              // name
	Value  string `json:"value"`            // may be null on the wire: then ""
	Public bool   `json:"public,omitempty"` // may be shown; false for everything a user set
	Masked bool   `json:"masked,omitempty"` // the runner hides the value in the trace
	File   bool   `json:"file,omitempty"`   // the value is put into a file; left out by the server if false
	Raw    bool   `json:"raw,omitempty"`    // no other variables are expanded in it; left out by the server if false
}

// Step is one script of the job.
type Step struct {
	Name           string   `json:"name,omitempty"`          // "script", "after_script", "release", "run", "step_…"
	Script         []string `json:"script,omitempty"`        // lines
	TimeoutSeconds int64    `json:"timeout,omitempty"`       // of this step, s
	When           string   `json:"when,omitempty"`          // "on_success", "on_failure", "always"
	AllowFailure   bool     `json:"allow_failure,omitempty"` // its failure does not fail the job
}

// Hook is a script around fetching the source. Since 15.9.
type Hook struct {
	Name   string   `json:"name,omitempty" since:"15.9"`   // "pre_get_sources_script", "post_get_sources_script". Since 15.9
	Script []string `json:"script,omitempty" since:"15.9"` // lines. Since 15.9
}

// Input is one job input. Since 18.7.
type Input struct {
	Key   string     `json:"key" since:"18.7"`            // name. Since 18.7
	Value InputValue `json:"value,omitzero" since:"18.7"` // typed value. Since 18.7
}

// InputValue is the value of an [Input].
type InputValue struct {
	Type      string          `json:"type,omitempty" since:"18.7"`      // "string", "number", "boolean", "array", "struct". Since 18.7
	Content   json.RawMessage `json:"content,omitempty" since:"18.7"`   // the value, of that type. Since 18.7
	Sensitive bool            `json:"sensitive,omitempty" since:"18.7"` // secret. Since 18.7
}
