package bare

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"runnertape"
	"runnertape/contents"
)

// refs are those that were recorded and whose objects are there.
type refs struct {
	ids  map[string]string // by name
	head string            // content of the file HEAD; "" if nobody said
}

// addEarlier adds what a list said that later ones, added before, did not say.
func (f *refs) addEarlier(l *list, there map[string]bool) {
	add := func(name, id string) {
		if _, said := f.ids[name]; !said && isRef(name) && there[id] {
			f.ids[name] = id
		}
	}
	for _, r := range l.refs {
		switch target := cmp.Or(r.Target, l.target); {
		case r.Name != "HEAD":
			add(r.Name, r.ID)
		case isRef(target):
			f.head = cmp.Or(f.head, "ref: "+target)
			add(target, r.ID) // also if it was not listed
		case there[r.ID]:
			f.head = cmp.Or(f.head, r.ID)
		}
	}
}

// list is a recorded list of refs while it is looked at: an advertisement of version 0 or 1, or an answer to ls-refs.
type list struct {
	version int            // of the protocol, if it is an advertisement
	refs    []contents.Ref // all of them
	target  string         // what HEAD stands for, if it is said beside the refs; "" if not
}

// readList reads a list.
func (r *Repository) readList(a *Answer) (*list, error) {
	l := new(list)
	git, err := contents.ReadGitTo(r.git.open(a.ID, runnertape.ResponseSide), a.Coding, r.sha256, contents.GitSink{Ref: func(r contents.Ref) {
		l.refs = append(l.refs, r)
	}})
	if err != nil {
		return nil, fmt.Errorf("exchange %d: read refs: %w", a.ID, err)
	}
	l.version = git.Version
	for _, c := range git.Capabilities {
		if target, ok := strings.CutPrefix(c, "symref=HEAD:"); ok {
			l.target = target
		}
	}
	return l, nil
}

// readRefs finds the refs of all lists. It tells whether there are lists and nothing in any. The same list is read twice, however
// often it came, and none is kept.
func (b *builder) readRefs() (empty bool, err error) {
	b.there = map[string]bool{}
	said := false
	distinct := b.distinctLists()
	for _, a := range distinct {
		l, err := b.readList(a)
		if err != nil {
			return false, err
		}
		said = said || a.Posted || l.version != 2 // of version 2 an advertisement has no refs
		for _, r := range l.refs {
			if r.ID != "" { // else HEAD of a branch that is not there yet
				b.there[r.ID] = false
			}
		}
	}
	empty = said && len(b.there) == 0 && len(b.fetches) == 0
	if err := b.markThere(b.there); err != nil {
		return false, err
	}
	for _, a := range distinct {
		l, err := b.readList(a)
		if err != nil {
			return false, err
		}
		b.refs.addEarlier(l, b.there)
	}
	b.refs.head = cmp.Or(b.refs.head, "ref: refs/heads/main")
	return empty, nil
}

// distinctLists are the recorded lists, the last first, and each where it came last.
func (b *builder) distinctLists() []*Answer {
	var all []*Answer
	seen := map[runnertape.Digest]bool{}
	for _, a := range slices.Backward(b.listings) {
		switch {
		case a.Lost != "":
			b.leave(a, errors.New("its refs: "+a.Lost))
		case seen[a.Sum] && a.Sum != (runnertape.Digest{}):
		default:
			seen[a.Sum] = true
			all = append(all, a)
		}
	}
	for _, a := range b.listings {
		b.lists[a.Job] = append(b.lists[a.Job], a)
	}
	return all
}

// markThere finds out which of those objects are in the repository. Git is asked for the names of all that are: to ask for one that is
// not there makes it look for new packs each time.
func (b *builder) markThere(ids map[string]bool) error {
	if len(ids) == 0 {
		return nil
	}
	return runTo(b.ctx, b.objects(), nil, lineWriter(func(id string) {
		if _, wanted := ids[id]; wanted {
			ids[id] = true
		}
	}), "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname)")
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
