package mint

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

func (e *editing) scripts(j Job) error {
	if len(j.BeforeScript)+len(j.Script)+len(j.AfterScript) == 0 {
		return nil
	}
	steps, err := parseList(e.o.get("steps"))
	if err != nil {
		return fmt.Errorf("steps: %w", err)
	}
	if len(j.BeforeScript)+len(j.Script) > 0 {
		script := j.Script
		if script == nil {
			script = scriptOf(steps, "script")
		}
		if steps, err = setStep(steps, "script", slices.Concat(j.BeforeScript, script), e.seconds()); err != nil {
			return err
		}
	}
	if len(j.AfterScript) > 0 {
		if steps, err = setStep(steps, "after_script", j.AfterScript, e.seconds()); err != nil {
			return err
		}
	}
	if len(j.Script) > 0 {
		e.o.drop("run") // a job has a script or these (gitlab-runner common/spec/spec.go)
	}
	e.o.set("steps", steps)
	return nil
}

// seconds is the timeout of the job.
func (e *editing) seconds() int64 {
	var info struct {
		Timeout int64 `json:"timeout"`
	}
	json.Unmarshal(e.o.get("runner_info"), &info) // without it: 0
	if info.Timeout <= 0 {
		return int64(defaultTimeout / time.Second)
	}
	return info.Timeout
}

func scriptOf(steps []json.RawMessage, name string) []string {
	var step struct {
		Name   string   `json:"name"`
		Script []string `json:"script"`
	}
	for _, raw := range steps {
		if json.Unmarshal(raw, &step) == nil && step.Name == name {
			return step.Script
		}
	}
	return nil
}

// setStep changes the script of a step, or adds the step: the script first, any other last.
func setStep(steps []json.RawMessage, name string, script []string, seconds int64) ([]json.RawMessage, error) {
	for i, raw := range steps {
		step, err := parseObject(raw)
		if err != nil {
			return nil, fmt.Errorf("steps: %w", err)
		}
		if step.text("name") == name {
			step.set("script", script)
			steps[i] = encode(step)
			return steps, nil
		}
	}
	if name == "script" {
		return slices.Insert(steps, 0, newStep(name, script, seconds)), nil
	}
	return append(steps, newStep(name, script, seconds)), nil
}

// newStep is a step as GitLab makes it (GitLab lib/gitlab/ci/build/step.rb).
func newStep(name string, script []string, seconds int64) json.RawMessage {
	when, allowFailure := "on_success", false
	if name == "after_script" {
		when, allowFailure = "always", true
	}
	return encode(members("name", name, "script", script, "timeout", seconds, "when", when, "allow_failure", allowFailure))
}
