package mint

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
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
	e := &editing{o: o, vars: vars, pipeline: t.pipeline(), repository: t.repository(), tokenOf: t.jobToken}
	for _, change := range []func(Job) error{e.names, e.scripts, e.files, e.needs, e.clone, e.timeout, e.variables, e.fields} {
		if err := change(j); err != nil {
			return nil, err
		}
	}
	return encode(e.o), nil
}

// editing is a payload that is changed.
type editing struct {
	o          object
	vars       variables
	pipeline   string
	repository string
	tokenOf    func(job int64) string
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
		if info.text("repo_url") == "" {
			info.set("repo_url", e.repository)
		}
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
		return fmt.Errorf("%w; set all of %s", err, path[0])
	}
	return failed
}
