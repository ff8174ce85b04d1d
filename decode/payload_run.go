package decode

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
)

// RunStep is one step of a `run:` job, for the step runner (step-runner
// schema/v1/step.go Step). Just one of Step, Script, Exec, Action and Run is there.
type RunStep struct {
	Name     string                     `json:"name,omitempty"`     // among the steps
	Step     json.RawMessage            `json:"step,omitempty"`     // reference to a step: a string, or an object with "git"
	Script   string                     `json:"script,omitempty"`   // lines for the shell
	Exec     *RunExec                   `json:"exec,omitempty"`     // a command without a shell
	Action   string                     `json:"action,omitempty"`   // a GitHub action
	Run      []RunStep                  `json:"run,omitempty"`      // steps inside it
	Env      map[string]string          `json:"env,omitempty"`      // its environment
	Inputs   map[string]json.RawMessage `json:"inputs,omitempty"`   // what it is given
	Outputs  map[string]json.RawMessage `json:"outputs,omitempty"`  // what it gives, of a sequence
	Delegate string                     `json:"delegate,omitempty"` // name of the step whose outputs are its own
}

// RunExec is a command of a [RunStep].
type RunExec struct {
	Command []string `json:"command,omitempty"`  // and its arguments
	WorkDir string   `json:"work_dir,omitempty"` // where it runs
}

// runSteps reads the array inside the string that `run` is, as far as it goes.
func (n *notes) runSteps(run json.RawMessage) []RunStep {
	var inside string
	if len(run) == 0 || run[0] != '"' || json.Unmarshal(run, &inside) != nil || inside == "" {
		return nil
	}
	text := []byte(inside)
	at := &place{name: "run", field: &field{since: "18.9"}}
	t, end, ok := readTree(text)
	defer t.free()
	if rest := skipBlanks(text, end); ok && rest < len(text) {
		n.mismatch(at, "not JSON at byte %d", rest)
	} else if !ok {
		in := t.breakAt()
		if in != "" {
			in = ", in " + in
		}
		n.mismatch(at, "%s%s", notJSON(text), in)
	}
	var steps []RunStep
	if len(t.nodes) > 0 {
		n.fill(t, 0, reflect.ValueOf(&steps).Elem(), at)
	}
	return steps
}

// runLost are the reasons for which `run` alone makes runners lose the job
// (gitlab-runner common/spec/spec.go Run.UnmarshalJSON; before 18.9 a plain string).
func runLost(run json.RawMessage) []wrong {
	run = bytes.TrimSpace(run)
	switch {
	case len(run) == 0:
		return nil
	case string(run) == "null":
		return []wrong{{"run: null where a string belongs", "18.9", ""}}
	case string(run) == `""`:
		return []wrong{{"run: empty string, which is not JSON", "18.9", ""}}
	case run[0] != '"':
		return []wrong{{fmt.Sprintf("run: %s where a string belongs", kindOf(run)), "17.1", ""}}
	}
	return nil
}

// kindOf is the kind of a JSON value.
func kindOf(raw []byte) kind {
	switch raw[0] {
	case '{':
		return object
	case '[':
		return array
	case '"':
		return text
	case 't', 'f':
		return boolean
	case 'n':
		return null
	}
	return number
}
