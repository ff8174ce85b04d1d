package bare

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"runnertape"
	"runnertape/contents"
)

// list is a recorded list of refs: an advertisement of version 0 or 1, or an answer to ls-refs.
type list struct {
	*Answer
	refs map[string]string // id by name, of those whose object is there
	head string            // content of the file HEAD; "" if it does not say
}

// listRefs reads all lists of refs. It tells whether there are lists and nothing in any.
func (b *builder) listRefs() (empty bool, err error) {
	read := map[runnertape.Digest]*list{}
	said, offered := false, 0
	for _, l := range b.listings {
		if l.Lost != "" {
			b.leave(l.Answer, fmt.Errorf("its refs: %s", l.Lost))
			continue
		}
		if same := read[l.Sum]; same != nil && l.Sum != (runnertape.Digest{}) {
			l.refs, l.head = same.refs, same.head
		} else {
			read[l.Sum] = l
			version, refs, err := b.readList(l)
			if err != nil {
				return false, err
			}
			said = said || l.Posted || version != 2 // of version 2 an advertisement has no refs
			offered += refs
		}
		maps.Copy(b.refs, l.refs)
		b.head = cmp.Or(l.head, b.head)
		b.lists[l.Job] = append(b.lists[l.Job], l)
	}
	b.head = cmp.Or(b.head, "ref: refs/heads/main")
	return said && offered == 0 && len(b.fetches) == 0, nil
}

// readList reads one list of refs, and leaves out those whose objects are not there. It tells the protocol's version, and how
// many refs were in it.
func (b *builder) readList(l *list) (version, offered int, err error) {
	var refs []contents.Ref
	var ids []string
	git, err := contents.ReadGitTo(b.git.open(l.ID, runnertape.ResponseSide), l.Coding, b.sha256, contents.GitSink{Ref: func(r contents.Ref) {
		if r.ID != "" { // else HEAD of a branch that is not there yet
			ids = append(ids, r.ID)
		}
		if r.Name == "HEAD" || isRef(r.Name) {
			refs = append(refs, r)
		}
	}})
	if err != nil {
		return 0, 0, fmt.Errorf("read refs: %w", err)
	}
	there, err := b.there(b.ctx, ids)
	if err != nil {
		return 0, 0, err
	}
	l.refs = map[string]string{}
	for _, r := range refs {
		if r.Name != "HEAD" && there[r.ID] {
			l.refs[r.Name] = r.ID
		}
	}
	for _, r := range refs {
		if r.Name == "HEAD" {
			l.setHead(cmp.Or(r.Target, headTarget(git.Capabilities)), r.ID, there[r.ID])
		}
	}
	return git.Version, len(ids), nil
}

// headTarget is what HEAD stands for, by the capabilities of version 0.
func headTarget(capabilities []string) string {
	for _, c := range capabilities {
		if target, ok := strings.CutPrefix(c, "symref=HEAD:"); ok {
			return target
		}
	}
	return ""
}

// setHead takes a HEAD that stands for a branch, or is a commit itself. The branch is then there, whether or not it was listed.
func (l *list) setHead(target, id string, there bool) {
	switch {
	case isRef(target):
		l.head = "ref: " + target
		if there {
			l.refs[target] = id
		}
	case there:
		l.head = id
	}
}

// isRef tells whether a name may be one of a ref: what git would refuse, or what leads out of a folder, is none
// (git check-ref-format(1)).
func isRef(name string) bool {
	if !strings.HasPrefix(name, "refs/") || strings.ContainsFunc(name, func(c rune) bool { return c <= ' ' || c == 0x7f || strings.ContainsRune(`~^:?*[\`, c) }) {
		return false
	}
	if strings.Contains(name, "..") || strings.Contains(name, "@{") || strings.HasSuffix(name, ".") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part[0] == '.' || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return true
}

// writeRefs writes refs and HEAD as git's files have them (git pack-refs(1)).
func writeRefs(repository string, refs map[string]string, head string) error {
	var b strings.Builder
	b.WriteString("# pack-refs with: sorted \n")
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		fmt.Fprintf(&b, "%s %s\n", refs[name], name)
	}
	if err := os.WriteFile(filepath.Join(repository, "packed-refs"), []byte(b.String()), 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(repository, "HEAD"), []byte(head+"\n"), 0o600)
}

// view is the repository as a job sees it: the same objects, with the refs that it was told of over those of all. Jobs that were
// told the same share one.
func (r *Repository) view(job int64) (string, error) {
	lists := r.lists[job]
	if len(lists) == 0 {
		return r.objects(), nil
	}
	sum := sha256.New()
	for _, l := range lists {
		sum.Write(l.Sum[:])
	}
	key := string(sum.Sum(nil))
	r.mu.Lock()
	defer r.mu.Unlock()
	if dir := r.views[key]; dir != "" {
		return dir, nil
	}
	refs, head := maps.Clone(r.refs), r.head
	for _, l := range lists {
		maps.Copy(refs, l.refs)
		head = cmp.Or(l.head, head)
	}
	dir := filepath.Join(r.dir, fmt.Sprintf("view-%d.git", len(r.views)+1))
	if err := r.makeView(dir); err != nil {
		return "", err
	}
	if err := writeRefs(dir, refs, head); err != nil {
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
		if err != nil {
			if gone(err) != nil {
				return err
			}
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	from := filepath.Join(r.objects(), "objects") + "\n"
	return os.WriteFile(filepath.Join(dir, "objects", "info", "alternates"), []byte(from), 0o600)
}
