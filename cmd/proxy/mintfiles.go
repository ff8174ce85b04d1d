package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"runnertape/mint"
)

func mintFileFlags() []cli.Flag {
	return []cli.Flag{
		repeatable(mintedFiles, "artifacts", "upload `PATH`, which may have wildcards, in one archive with all others; or as JSON says"),
		repeatable(mintedFiles, "artifacts-report", "upload a report, `TYPE=PATH`, as junit=report.xml"),
		repeatable(mintedFiles, "needs", "download first what another minted job uploaded, that with number `ID[=NAME]`; proxy merge puts both together"),
		repeatable(mintedFiles, "cache", "keep PATH for later jobs, `KEY=PATH`, in one cache for each KEY; or as JSON says"),
	}
}

func mintArtifacts(c *cli.Context, j *mint.Job) error {
	var paths []string
	for _, text := range textsOf(c, "artifacts") {
		archive, err := jsonObject("artifacts", text)
		switch {
		case err != nil:
			return err
		case archive != nil:
			j.Artifacts = append(j.Artifacts, archive)
		case text == "":
			return usagef("--artifacts: the path is empty")
		default:
			paths = append(paths, text)
		}
	}
	if paths != nil {
		j.Artifacts = slices.Insert(j.Artifacts, 0, mint.Archive(paths))
	}
	return byKey(c, "artifacts-report", "TYPE=PATH", func(kind string, paths []string) error {
		report, err := mint.Report(kind, paths)
		if err != nil {
			return usagef("--artifacts-report: %v", err)
		}
		j.Artifacts = append(j.Artifacts, report)
		return nil
	})
}

func mintNeeds(c *cli.Context, j *mint.Job) error {
	for _, text := range textsOf(c, "needs") {
		number, name, _ := strings.Cut(text, "=")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || id <= 0 {
			return usagef("--needs: %q is not the number of a job", number)
		}
		j.Needs = append(j.Needs, mint.Need{Job: id, Name: name})
	}
	return nil
}

func mintCaches(c *cli.Context, j *mint.Job) error {
	return byKey(c, "cache", "KEY=PATH", func(key string, paths []string) error {
		cache, err := jsonObject("cache", key)
		if err != nil {
			return err
		}
		if cache == nil {
			cache = mint.Cache(key, paths)
		}
		j.Cache = append(j.Cache, cache)
		return nil
	})
}

// byKey gathers the paths of each key of a flag, in the order in which the keys come. JSON is a key without paths.
func byKey(c *cli.Context, flag, form string, take func(key string, paths []string) error) error {
	var keys []string
	paths := map[string][]string{}
	for _, text := range textsOf(c, flag) {
		key, path, ok := strings.Cut(text, "=")
		if strings.HasPrefix(strings.TrimSpace(text), "{") {
			key, path, ok = text, "", true
		} else if key == "" || path == "" {
			ok = false
		}
		if !ok {
			return usagef("--%s: %q is not %s", flag, text, form)
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
		paths[key] = append(paths[key], path)
	}
	for _, key := range keys {
		if err := take(key, paths[key]); err != nil {
			return err
		}
	}
	return nil
}
