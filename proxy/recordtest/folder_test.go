package recordtest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"runnertape/fixtures"
	"runnertape/internal/faketest"
	"runnertape/proxy/recordtest"
	"runnertape/redact"
)

// A recording can be a folder: its archive is a file then. It is recorded anew in its place, beside what else is there.
func TestRecordFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "recordings", "two-jobs") + "/"
	for range 2 {
		server := site(t)
		options := recordtest.Options{Upstream: server.URL(), Token: server.RunnerToken(), Update: true, Secrets: redact.Given{Values: []string{shown}}}
		for range 2 {
			judged := faketest.Run(func(t testing.TB) { body(t, recordtest.Start(t, path, options)) })
			if judged.Failed() {
				t.Fatal(judged.Errors())
			}
			options.Update = false
		}
		bodies, err := os.ReadDir(filepath.Join(path, "bodies"))
		if err != nil || len(bodies) != 2 { // the upload of an archive, and what of it was downloaded
			t.Errorf("bodies: %v, %v", bodies, err)
		}
		if left := filesBeside(t, filepath.Clean(path)); !slices.Equal(left, []string{"two-jobs"}) {
			t.Errorf("files: %q", left)
		}
		if err := os.WriteFile(filepath.Join(path, ".gitattributes"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if all := filesBeside(t, path+"x"); !slices.Equal(all, []string{".gitattributes", "bodies", "manifest.json", "recording.txtar"}) {
		t.Errorf("files: %q", all)
	}
}

// What is no recording is not replaced by one.
func TestForeignFolderStays(t *testing.T) {
	server := site(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	judged := faketest.Run(func(t testing.TB) {
		recordtest.Start(t, dir, recordtest.Options{Upstream: server.URL(), Update: true})
		t.Error("it goes on")
	})
	if said := strings.Join(judged.Errors(), "\n"); !strings.Contains(said, fixtures.ErrNotEmpty.Error()) || strings.Contains(said, "goes on") {
		t.Errorf("failed with %q", said)
	}
}

// A test that has not passed leaves no folder that was made for its recording.
func TestFailedMakesNoFolder(t *testing.T) {
	for _, name := range []string{"a/b/two-jobs.txtar", "a/b/two-jobs/"} {
		server := site(t)
		dir := t.TempDir()
		judged := faketest.Run(func(t testing.TB) {
			body(t, recordtest.Start(t, dir+"/"+name, recordtest.Options{Upstream: server.URL(), Token: server.RunnerToken(), Update: true}))
			t.Error("the cause")
		})
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 || !judged.Failed() {
			t.Errorf("%s: left %v, %v", name, left, err)
		}
	}
}
