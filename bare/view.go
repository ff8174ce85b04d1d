package bare

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// view is the repository as a job sees it: the same objects, with the refs that it was told of over those of all. Jobs that were
// told the same share one.
func (r *Repository) view(job int64) (string, error) {
	lists := r.lists[job]
	if len(lists) == 0 {
		return r.objects(), nil
	}
	sum := sha256.New()
	for _, a := range lists {
		sum.Write(a.Sum[:])
	}
	key := string(sum.Sum(nil))
	r.mu.Lock()
	defer r.mu.Unlock()
	if dir := r.views[key]; dir != "" {
		return dir, nil
	}
	own := refs{ids: map[string]string{}}
	for _, a := range slices.Backward(lists) {
		l, err := r.readList(a)
		if err != nil {
			return "", err
		}
		own.addEarlier(l, r.there)
	}
	all := refs{ids: maps.Clone(r.refs.ids), head: own.head}
	maps.Copy(all.ids, own.ids)
	if all.head == "" {
		all.head = r.refs.head
	}
	dir := filepath.Join(r.dir, fmt.Sprintf("view-%d.git", len(r.views)+1))
	if err := r.makeView(dir); err != nil {
		return "", err
	}
	if err := all.write(dir); err != nil {
		return "", err
	}
	r.views[key] = dir
	return dir, nil
}

// makeView makes a repository that borrows all objects (gitrepository-layout(5), objects/info/alternates).
func (r *Repository) makeView(dir string) error {
	for _, folder := range []string{"refs", filepath.Join("objects", "info")} {
		if err := os.MkdirAll(filepath.Join(dir, folder), 0o700); err != nil {
			return err
		}
	}
	for _, name := range []string{"config", "shallow"} {
		content, err := os.ReadFile(filepath.Join(r.objects(), name))
		if gone(err) != nil {
			return err
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), content, 0o600)
		}
		if gone(err) != nil {
			return err
		}
	}
	from := filepath.Join(r.objects(), "objects") + "\n"
	return os.WriteFile(filepath.Join(dir, "objects", "info", "alternates"), []byte(from), 0o600)
}

// write writes refs and HEAD as git's files have them (git pack-refs(1)).
func (f *refs) write(repository string) error {
	var b strings.Builder
	b.WriteString("# pack-refs with: sorted \n")
	for _, name := range slices.Sorted(maps.Keys(f.ids)) {
		fmt.Fprintf(&b, "%s %s\n", f.ids[name], name)
	}
	if err := os.WriteFile(filepath.Join(repository, "packed-refs"), []byte(b.String()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(repository, "HEAD"), []byte(f.head+"\n"), 0o600)
}
