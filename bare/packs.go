package bare

import (
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// fetch is a recorded answer with a pack.
type fetch struct {
	*Answer
	*ask
	pack string // its name in the repository, a checksum; "" if it is not there
}

// question is what several fetches asked for alike: one pack answers all of them.
type question struct {
	fetches []*fetch
	err     error // why none of their packs is in the repository; nil if one is, or there was none
}

// part tells whether the pack is for a client that had something, or is to have only a part.
func (q *question) part() bool {
	f := q.fetches[0]
	return f.has || f.shallow || f.filter != ""
}

// questions are the fetches by what they asked for, in recorded order.
func questions(fetches []*fetch) []*question {
	var all []*question
	by := map[[sha256.Size]byte]*question{}
	for _, f := range fetches {
		q := by[f.key]
		if q == nil {
			q = new(question)
			by[f.key], all = q, append(all, q)
		}
		q.fetches = append(q.fetches, f)
	}
	return all
}

// errParts is why a pack for a client that had something is not in the repository.
var errParts = errors.New("its pack builds on what that runner had already, and that was not recorded; record a clone into an empty folder, or with GIT_STRATEGY=clone")

// packs puts all packs into the repository that are whole there. One that builds on others may have come before them, as
// jobs run side by side: it is tried again for as long as others come in.
func (b *builder) packs() error {
	all := questions(b.fetches)
	waiting := slices.DeleteFunc(slices.Clone(all), func(q *question) bool { return !q.part() })
	for _, q := range all {
		if !q.part() {
			b.take(q, b.index)
		}
	}
	if err := b.findBoundary(); err != nil {
		return err
	}
	for more := true; more && b.ctx.Err() == nil; {
		before := len(waiting)
		waiting = slices.DeleteFunc(waiting, func(q *question) bool { return b.take(q, b.indexPart) == nil })
		more = len(waiting) < before
	}
	for _, q := range all {
		for _, f := range q.fetches {
			if q.err != nil {
				b.leave(f.Answer, q.err)
			}
		}
	}
	return b.ctx.Err()
}

// take puts the first pack of a question in, by way of index.
func (b *builder) take(q *question, index func(*fetch) error) error {
	for _, f := range q.fetches {
		if q.err = index(f); q.err == nil {
			b.took(f)
			return nil
		}
		if !errors.Is(q.err, errNoPack) {
			return q.err
		}
	}
	q.err = nil
	return nil
}

// took notes what is in the repository since.
func (b *builder) took(f *fetch) {
	for _, id := range f.wants {
		if filter, known := b.known[id]; !known || filter != "" {
			b.known[id] = f.filter
		}
	}
	b.depth = max(b.depth, f.depth)
	if f.filter != "" && !slices.Contains(b.filters, f.filter) {
		b.filters = append(b.filters, f.filter)
	}
}

// indexPart puts a pack in that may lack something, and takes it out again if it does.
func (b *builder) indexPart(f *fetch) error {
	boundary, ends, had := b.boundary, b.ends, b.packFiles("*")
	if err := b.index(f); err != nil {
		return err
	}
	err := b.findBoundary()
	if err == nil {
		err = b.check(f, slices.Equal(boundary, b.boundary))
	}
	if err == nil || b.ctx.Err() != nil {
		return err
	}
	for _, path := range b.packFiles(f.pack) {
		if !slices.Contains(had, path) {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	b.boundary, b.ends = boundary, ends
	return errors.Join(err, b.writeShallow())
}

// packFiles are the files of a pack.
func (b *builder) packFiles(pack string) []string {
	files, _ := filepath.Glob(filepath.Join(b.objects(), "objects", "pack", "pack-"+pack+".*")) // the pattern is a good one
	return files
}

// check tells whether everything is there that can be reached from what f wanted, but for what its filter leaves out. As
// long as the boundary is the same, what was whole before is so still, and need not be walked again.
func (b *builder) check(f *fetch, sameBoundary bool) error {
	wants := map[string][]string{f.filter: slices.Clone(f.wants)} // by filter
	for id, filter := range b.known {
		switch {
		case !sameBoundary:
			wants[filter] = append(wants[filter], id)
		case filter == "":
			wants[f.filter] = append(wants[f.filter], "^"+id)
		}
	}
	for filter, ids := range wants {
		if err := b.walk(b.ctx, b.objects(), ids, filter); err != nil {
			b.git.log.Debug("recorded pack is not whole", "exchange", f.ID, "err", err)
			return errParts
		}
	}
	return nil
}

// gone forgives an error that only says that a file is not there.
func gone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// lines are words, one a line.
func lines(words []string) *strings.Reader {
	return strings.NewReader(strings.Join(words, "\n") + "\n")
}
