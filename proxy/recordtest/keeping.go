package recordtest

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"runnertape/replay"
	"runnertape/serve"
	"runnertape/store"
)

// keep writes what was recorded as text, which takes the place of the old one if it can be replayed.
func (r *recording) keep() (err error) {
	src, err := store.Open(r.made)
	if err != nil {
		return err
	}
	defer src.Close()
	dir, err := os.MkdirTemp(filepath.Dir(r.to.path), ".recordtest-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text := filepath.Join(dir, filepath.Base(r.to.path))
	if err := r.to.write(text, src); err != nil {
		return err
	}
	if err := r.replays(text); err != nil {
		return err
	}
	if err := r.to.replace(text); err != nil {
		return err
	}
	r.t.Logf("recordtest: wrote %s, %d exchanges", r.to.path, r.rec.Exchanges())
	return nil
}

// keyOf is the key of the old recording, nil if there is none: what is secret in both has the same stand-in then, so
// that git diff does not show it.
func keyOf(path string) []byte {
	old, err := serve.Open(path)
	if err != nil {
		return nil // it is to be replaced, whatever it is
	}
	defer old.Close()
	return old.Header().Key
}

// replays tells why a text recording would be of no use to the test: nobody is to find that out when there is no
// GitLab any more.
func (r *recording) replays(path string) error {
	if err := filepath.WalkDir(path, r.hasNoSecret); err != nil {
		return err
	}
	src, err := serve.Open(path)
	if err != nil {
		return err
	}
	defer src.Close()
	again, err := replay.New(src, replay.Options{})
	if err != nil {
		return err
	}
	receipt := again.Receipt()
	if receipt.Recording.Exchanges == 0 {
		return errors.New("nothing passed")
	}
	const differs = "has not ended"
	for _, j := range receipt.Jobs {
		if j.Recorded.State == "" && (r.options.Replay.AllowDifferences == nil || !r.options.Replay.AllowDifferences(differs)) {
			return fmt.Errorf("job %d %q %s: let the test wait for it, or allow that difference", j.ID, j.Name, differs)
		}
	}
	return nil
}

// hasNoSecret is told of a file, or a folder, of the recording.
func (r *recording) hasNoSecret(path string, d fs.DirEntry, err error) error {
	if err != nil || d.IsDir() {
		return err
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for _, secret := range append([]string{r.options.Token}, r.options.Secrets.Values...) {
		if secret != "" && bytes.Contains(content, []byte(secret)) {
			return errors.New("a secret of Options is in it")
		}
	}
	return nil
}
