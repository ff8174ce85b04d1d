package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"runnertape/fixtures/gitlab"
)

// shape is one thing that real runners do and a recording of the catalogue shows, declared by a file of
// fixtures/shapes: what GitLab has for the runner, how the runner is set up, and what the recording must have.
// The fields say what is in such a file; fixtures/README.md has a summary.
type shape struct {
	name     string
	about    string            // what is worth looking at, one line
	files    map[string]string // for the folder of the runner
	ends     []string          // of the jobs, in order of hand-out: "build: success"
	seen     []string          // exchanges there must be, and pieces of logs and payloads
	findings []string          // kinds of all findings that are no notes, and of notes that must be there

	Recorded  []string // "17.9.0 connect": by which runners, by which way in
	Since     string   // the first runners that can do it, "15.9"; empty for all
	Jobs      []shapeJob
	GitLab    shapeGitLab
	Submodule bool          // whether the repository has one, group/library
	Answers   []shapeAnswer // given instead of GitLab's
	Intercept []string      // hosts to record beside GitLab's, with their ports
	Flags     []string      // of run-single and register, beside the usual ones
	Session   []string      // commands of gitlab-runner, one after the other; empty for one run-single
}

// shapeJob is a job, with what only the test knows by name.
type shapeJob struct {
	gitlab.Job
	Clones bool     // has the repository's commit
	Needs  []string // names of jobs before it
	Late   bool     // is not there before a poll is held for the second time
}

// shapeGitLab is what is special about the GitLab.
type shapeGitLab struct {
	LongPollSeconds int  // how long it holds polls
	FinalAccepted   int  // how often it answers a final update with 202
	Gzip            bool // whether its JSON is compressed
}

// readShape reads the file of one shape. An unknown key is an error, since it would do nothing.
func readShape(t testing.TB, path string) *shape {
	t.Helper()
	text, err := os.ReadFile(path)
	mustDo(t, err)
	archive := txtar.Parse(text)
	s := &shape{name: strings.TrimSuffix(filepath.Base(path), ".txtar"), about: strings.Join(strings.Fields(string(archive.Comment)), " "), files: map[string]string{}}
	for _, f := range archive.Files {
		lines := strings.FieldsFunc(string(f.Data), func(r rune) bool { return r == '\n' })
		switch f.Name {
		case "shape.json":
			d := json.NewDecoder(bytes.NewReader(f.Data))
			d.DisallowUnknownFields()
			if err := d.Decode(s); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
		case "ends":
			s.ends = lines
		case "seen":
			s.seen = lines
		case "findings":
			s.findings = lines
		default:
			s.files[f.Name] = string(f.Data)
		}
	}
	if s.about == "" || len(s.Recorded) == 0 || len(s.Jobs) == 0 || len(s.ends) != len(s.Jobs) || len(s.seen) == 0 {
		t.Fatalf("%s: it does not say what it is, who was recorded, which jobs there are and how each ends, or what must be seen", path)
	}
	return s
}

// shapes are all of them, by name.
func shapes(t testing.TB) []*shape {
	t.Helper()
	paths, err := filepath.Glob("../../fixtures/shapes/*.txtar")
	if err != nil || len(paths) < 15 {
		t.Fatalf("shapes: %v, %v", paths, err)
	}
	var all []*shape
	for _, path := range paths {
		all = append(all, readShape(t, path))
	}
	return all
}

// kept is a recording of the catalogue.
type kept struct {
	*shape
	path, version, way string
}

// isFor tells whether runners of a version can do what the shape has.
func (s *shape) isFor(t testing.TB, version string) bool {
	t.Helper()
	if s.Since == "" {
		return true
	}
	return isSince(t, version, s.Since)
}

// isSince tells whether a version is one or later.
func isSince(t testing.TB, version, since string) bool {
	t.Helper()
	var have, want [2]int
	_, err := fmt.Sscanf(version, "%d.%d", &have[0], &have[1])
	mustDo(t, err)
	_, err = fmt.Sscanf(since, "%d.%d", &want[0], &want[1])
	mustDo(t, err)
	return slices.Compare(have[:], want[:]) >= 0
}

// catalogue are the recordings that the shapes ask for, in their order: SHAPE-VERSION-WAY.txtar.
func catalogue(t testing.TB) []kept {
	t.Helper()
	var all []kept
	for _, s := range shapes(t) {
		for _, r := range s.Recorded {
			version, way, _ := strings.Cut(r, " ")
			all = append(all, kept{s, filepath.Join("..", "..", "fixtures", s.name+"-"+version+"-"+way+".txtar"), version, way})
		}
	}
	return all
}

// The folder has the recordings that the shapes ask for, and no others.
func TestCatalogueIsWhole(t *testing.T) {
	paths, err := filepath.Glob("../../fixtures/*.txtar")
	mustDo(t, err)
	var want []string
	for _, k := range catalogue(t) {
		want = append(want, k.path)
	}
	slices.Sort(want)
	if slices.Sort(paths); !slices.Equal(paths, want) {
		t.Errorf("fixtures/ has\n%s\nthe shapes ask for\n%s", strings.Join(paths, "\n"), strings.Join(want, "\n"))
	}
}
