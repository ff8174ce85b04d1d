package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"runnertape/mint"
)

// Categories of mint's flags.
const (
	mintedJob      = "The job"
	mintedFiles    = "Its files"
	mintedVars     = "Its variables"
	mintedTemplate = "What it is made of"
)

// repeatable is a flag of mint that may be given more than once.
func repeatable(category, name, usage string) cli.Flag {
	return &cli.GenericFlag{
		Name: name, Category: category, Value: new(texts), Usage: usage + "; repeatable",
		EnvVars: []string{"PROXY_MINT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))},
	}
}

func mintJobFlags() []cli.Flag {
	return []cli.Flag{
		repeatable(mintedJob, "script", "run `LINE`, or all of FILE as @FILE"),
		repeatable(mintedJob, "before-script", "run `LINE` before the script: GitLab makes one of both"),
		repeatable(mintedJob, "after-script", "run `LINE` after it, however it ended"),
		&cli.StringFlag{Name: "name", Category: mintedJob, Usage: "call it `NAME`", DefaultText: "job", EnvVars: []string{"PROXY_MINT_NAME"}},
		&cli.StringFlag{Name: "stage", Category: mintedJob, Usage: "put it into stage `NAME`", DefaultText: "test", EnvVars: []string{"PROXY_MINT_STAGE"}},
		&cli.DurationFlag{Name: "timeout", Category: mintedJob, Usage: "have the runner end it after `TIME`, in whole seconds", DefaultText: "1h", EnvVars: []string{"PROXY_MINT_TIMEOUT"}},
		&cli.StringFlag{Name: "image", Category: mintedJob, Usage: "run it in container `NAME`, or as JSON says, as {\"name\":…,\"entrypoint\":[…]}", EnvVars: []string{"PROXY_MINT_IMAGE"}},
		repeatable(mintedJob, "service", "run container `NAME[=ALIAS]` beside it, or as JSON says"),
	}
}

// mintJob is what the flags say of the job.
func mintJob(c *cli.Context) (j mint.Job, err error) {
	j = mint.Job{Name: c.String("name"), Stage: c.String("stage"), Timeout: c.Duration("timeout")}
	for name, lines := range map[string]*[]string{"script": &j.Script, "before-script": &j.BeforeScript, "after-script": &j.AfterScript} {
		if *lines, err = scriptLines(c, name); err != nil {
			return j, err
		}
	}
	if c.IsSet("timeout") && j.Timeout < time.Second {
		return j, usagef("--timeout: %v is less than a second", j.Timeout)
	}
	if j.Timeout%time.Second != 0 {
		return j, usagef("--timeout: %v is not in whole seconds", j.Timeout)
	}
	if depth := c.Int("depth"); depth < 0 {
		return j, usagef("--depth: %d is less than nothing", depth)
	}
	for _, read := range []func(*cli.Context, *mint.Job) error{mintContainers, mintArtifacts, mintNeeds, mintCaches, mintVariables, mintFields} {
		if err := read(c, &j); err != nil {
			return j, err
		}
	}
	j.Expect, err = mintEnd(c.String("expect"))
	return j, err
}

// scriptLines are those of a script. A file is one of them, as "- |" in a CI file is.
func scriptLines(c *cli.Context, name string) ([]string, error) {
	var lines []string
	for _, text := range textsOf(c, name) {
		if file, ok := strings.CutPrefix(text, "@"); ok {
			content, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("--%s: %w", name, err)
			}
			text = strings.TrimRight(strings.ReplaceAll(string(content), "\r\n", "\n"), "\n")
		}
		switch {
		case strings.TrimSpace(text) == "":
			return nil, usagef("--%s: there is nothing to run in it", name)
		case !utf8.ValidString(text): // JSON cannot say it
			return nil, usagef("--%s: it is not UTF-8", name)
		}
		lines = append(lines, text)
	}
	return lines, nil
}

// jsonObject is text if it looks like an object; nil if it does not.
func jsonObject(flag, text string) (json.RawMessage, error) {
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		return nil, nil
	}
	if !json.Valid([]byte(text)) {
		return nil, usagef("--%s: it begins like a JSON object, and is none", flag)
	}
	return json.RawMessage(text), nil
}

func mintContainers(c *cli.Context, j *mint.Job) (err error) {
	if image := c.String("image"); image != "" {
		if j.Image, err = jsonObject("image", image); err != nil {
			return err
		}
		if j.Image == nil {
			j.Image = mint.Image(image)
		}
	}
	for _, text := range textsOf(c, "service") {
		service, err := jsonObject("service", text)
		if err != nil {
			return err
		}
		if service == nil {
			name, alias, _ := strings.Cut(text, "=")
			if name == "" {
				return usagef("--service: %q has no name of an image; it is NAME, or NAME=ALIAS", text)
			}
			service = mint.Service(name, alias)
		}
		j.Services = append(j.Services, service)
	}
	return nil
}

func mintFields(c *cli.Context, j *mint.Job) error {
	for _, text := range textsOf(c, "set") {
		name, value, ok := strings.Cut(text, "=")
		path := strings.Split(name, ".")
		if !ok || slices.Contains(path, "") {
			return usagef("--set: %q is not FIELD=JSON", name)
		}
		if !json.Valid([]byte(value)) {
			return usagef("--set: what %s is to be is no JSON; a string has quotes, as in --set '%s=\"text\"'", name, name)
		}
		j.Fields = append(j.Fields, mint.Field{Path: path, Value: json.RawMessage(value)})
	}
	return nil
}

// mintEnd reads --expect.
func mintEnd(text string) (*mint.End, error) {
	state, exit, coded := strings.Cut(text, ":")
	switch {
	case text == "":
		return nil, nil
	case text == "success":
		return &mint.End{State: state}, nil
	case state == "failed":
		if !coded {
			return &mint.End{State: state, ExitCode: 1}, nil
		}
		if code, err := strconv.Atoi(exit); err == nil && code > 0 && code < 256 {
			return &mint.End{State: state, ExitCode: code}, nil
		}
		return nil, usagef("--expect: %q is no exit code of a script that failed, from 1 to 255", exit)
	}
	return nil, usagef("--expect: %q is not success, failed or failed:EXITCODE", text)
}
