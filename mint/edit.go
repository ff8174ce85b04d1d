package mint

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// edited is the payload with what j says of it.
func (t *Template) edited(j Job) ([]byte, error) {
	o, err := parseObject(t.payload)
	if err != nil {
		return nil, err
	}
	vars, err := parseList(o.get("variables"))
	if err != nil {
		return nil, fmt.Errorf("variables: %w", err)
	}
	e := &editing{o: o, vars: vars, pipeline: t.pipeline(), tokenOf: t.jobToken}
	for _, change := range []func(Job) error{e.names, e.scripts, e.files, e.needs, e.clone, e.timeout, e.variables, e.fields} {
		if err := change(j); err != nil {
			return nil, err
		}
	}
	return encode(e.o), nil
}

// editing is a payload that is changed.
type editing struct {
	o        object
	vars     variables
	pipeline string
	tokenOf  func(job int64) string
}

func (e *editing) names(j Job) error {
	if j.Name != "" {
		e.vars.follow("CI_JOB_NAME", j.Name)
		e.vars.follow("CI_JOB_NAME_SLUG", slug(j.Name))
		if err := e.o.edit("job_info", func(info *object) { info.set("name", j.Name) }); err != nil {
			return err
		}
	}
	if j.Stage != "" {
		e.vars.follow("CI_JOB_STAGE", j.Stage)
		return e.o.edit("job_info", func(info *object) { info.set("stage", j.Stage) })
	}
	return nil
}

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
		return int64(hour / time.Second)
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

func (e *editing) files(j Job) error {
	if j.Image != nil {
		e.o.set("image", j.Image)
		if image, err := parseObject(j.Image); err == nil && image.text("name") != "" {
			e.vars.put(Variable{Key: "CI_JOB_IMAGE", Value: image.text("name")})
		}
	}
	if len(j.Services) > 0 {
		e.o.set("services", j.Services)
	}
	if len(j.Artifacts) > 0 {
		e.o.set("artifacts", j.Artifacts)
	}
	if len(j.Cache) > 0 {
		e.o.set("cache", j.Cache)
	}
	return nil
}

func (e *editing) needs(j Job) error {
	if len(j.Needs) == 0 {
		return nil
	}
	all, err := parseList(e.o.get("dependencies"))
	if err != nil {
		return fmt.Errorf("dependencies: %w", err)
	}
	for _, n := range j.Needs {
		all = append(all, encode(members(
			"id", n.Job, "name", cmp.Or(n.Name, "job"), "token", e.tokenOf(n.Job),
			"artifacts_file", members("filename", "artifacts.zip", "size", 1), // runners look whether there is one (gitlab-runner shells/abstract.go)
		)))
	}
	e.o.set("dependencies", all)
	return nil
}

func (e *editing) clone(j Job) error {
	c := j.Clone
	if c == nil {
		return nil
	}
	format, refType := "sha1", "branch"
	if c.SHA256 {
		format = "sha256"
	}
	if c.Tag {
		refType = "tag"
		e.vars.drop("CI_COMMIT_BRANCH")
		e.vars.put(Variable{Key: "CI_COMMIT_TAG", Value: c.Name})
	} else {
		e.vars.drop("CI_COMMIT_TAG")
		e.vars.put(Variable{Key: "CI_COMMIT_BRANCH", Value: c.Name})
	}
	title, description, _ := strings.Cut(c.Message, "\n")
	for key, value := range map[string]string{
		"CI_COMMIT_SHA": c.SHA, "CI_COMMIT_SHORT_SHA": c.SHA[:8], "CI_COMMIT_BEFORE_SHA": zeros(c.SHA),
		"CI_COMMIT_REF_NAME": c.Name, "CI_COMMIT_REF_SLUG": slug(c.Name), "CI_COMMIT_AUTHOR": c.Author, "CI_COMMIT_MESSAGE": c.Message,
		"CI_COMMIT_TITLE": title, "CI_COMMIT_DESCRIPTION": strings.TrimLeft(description, "\n"), "CI_COMMIT_TIMESTAMP": c.Authored.Format(time.RFC3339),
	} {
		e.vars.follow(key, value)
	}
	if strategy := e.vars.value("GIT_STRATEGY"); strategy == "none" || strategy == "empty" {
		e.vars.follow("GIT_STRATEGY", "fetch")
	}
	return e.o.edit("git_info", func(info *object) {
		info.set("ref", c.Name)
		info.set("sha", c.SHA)
		info.set("before_sha", zeros(c.SHA))
		info.set("ref_type", refType)
		info.set("refspecs", refspecs(e.pipeline, c.Name, c.Tag))
		info.set("depth", c.Depth)
		info.set("repo_object_format", format)
	})
}

func (e *editing) timeout(j Job) error {
	if j.Timeout <= 0 {
		return nil
	}
	seconds := int64(j.Timeout / time.Second)
	e.vars.follow("CI_JOB_TIMEOUT", strconv.FormatInt(seconds, 10))
	steps, err := parseList(e.o.get("steps"))
	if err != nil {
		return fmt.Errorf("steps: %w", err)
	}
	for i, raw := range steps {
		step, err := parseObject(raw)
		if err != nil {
			return fmt.Errorf("steps: %w", err)
		}
		step.set("timeout", seconds)
		steps[i] = encode(step)
	}
	e.o.set("steps", steps)
	return e.o.edit("runner_info", func(info *object) { info.set("timeout", seconds) })
}

func (e *editing) variables(j Job) error {
	for _, v := range j.Variables {
		e.vars.put(v)
	}
	if e.vars != nil {
		e.o.set("variables", []json.RawMessage(e.vars))
	}
	return nil
}

func (e *editing) fields(j Job) error {
	for _, f := range j.Fields {
		if len(f.Path) == 0 {
			return errors.New("a field without a name")
		}
		if err := setField(&e.o, f.Path, f.Value); err != nil {
			return fmt.Errorf("%s: %w", strings.Join(f.Path, "."), err)
		}
	}
	return nil
}

// setField sets a member, or one inside it.
func setField(o *object, path []string, value json.RawMessage) error {
	if len(path) == 1 {
		o.set(path[0], value)
		return nil
	}
	var failed error
	if err := o.edit(path[0], func(inner *object) { failed = setField(inner, path[1:], value) }); err != nil {
		return err
	}
	return failed
}
