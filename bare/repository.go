package bare

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"runnertape"
	"runnertape/contents"
)

// Repository is a project's repository made anew. It does not change, but for the views of it.
type Repository struct {
	git      *Git
	dir      string              // where "repository.git" has all objects, and the refs of all lists
	sha256   bool                // ids are SHA-256, else SHA-1
	refs     refs                // of all lists, the last said
	there    map[string]bool     // of the objects that any list names, which are there
	lists    map[int64][]*Answer // by job, what it was told of refs, in recorded order
	known    map[string]string   // ids that were wanted and are there, with the filter of the pack they came in, "" for none
	left     map[int64]error     // jobs that were given what is not in it, and why
	boundary []string            // ids of commits whose parents are not there, sorted
	depth    int64               // of the packs that are in it, the greatest depth asked for
	filters  []string            // with which packs in it were made: files may be missing

	mu    sync.Mutex        // guards views
	views map[string]string // folder, by what the refs in it are made of
}

// objects is the bare repository that has everything.
func (r *Repository) objects() string { return filepath.Join(r.dir, "repository.git") }

// Rebuild makes a repository of the recorded answers of one project, given in recorded order. It takes as long as git
// needs to index all packs. The error says, to a person, why there can be none.
func (g *Git) Rebuild(answers []Answer) (*Repository, error) {
	if _, err := installed(); err != nil {
		return nil, err
	}
	if err := g.enter(g.life); err != nil {
		return nil, err
	}
	defer g.leave()
	dir, err := g.folder()
	if err != nil {
		return nil, err
	}
	b := &builder{ctx: g.life, Repository: &Repository{
		git: g, dir: dir,
		refs: refs{ids: map[string]string{}}, lists: map[int64][]*Answer{}, known: map[string]string{}, left: map[int64]error{}, views: map[string]string{},
	}}
	if err := b.build(answers); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return b.Repository, nil
}

// builder is a repository in the making.
type builder struct {
	*Repository
	ctx      context.Context
	listings []*Answer
	fetches  []*fetch
	ends     []string // ids of commits of which a pack that is in says that their parents are left out
}

func (b *builder) build(answers []Answer) error {
	for i := range answers {
		b.sort(&answers[i])
	}
	if err := b.readFormat(); err != nil {
		return err
	}
	if err := b.init(); err != nil {
		return err
	}
	if err := b.packs(); err != nil {
		return err
	}
	empty, err := b.readRefs()
	if err != nil {
		return err
	}
	if len(b.known) == 0 && !empty {
		for _, f := range b.fetches {
			if err := b.left[f.Job]; err != nil {
				return err
			}
		}
		return errors.New("no pack of it was recorded")
	}
	return b.refs.write(b.objects())
}

// sort tells what an answer is, by what it was asked with.
func (b *builder) sort(a *Answer) {
	if !a.Posted {
		b.listings = append(b.listings, a)
		return
	}
	if a.Unasked != "" {
		b.leave(a, errors.New("what was asked for: "+a.Unasked))
		return
	}
	asked, err := readAsk(b.git.open(a.ID, runnertape.RequestSide), a.Asked)
	switch {
	case err != nil:
		b.leave(a, err)
	case asked.listing:
		b.listings = append(b.listings, a)
	case asked.fetch:
		b.fetches = append(b.fetches, &fetch{Answer: a, ask: asked})
	}
}

// readFormat tells which ids the repository has: by one that was asked for, or, in a repository without any, by its capabilities.
func (b *builder) readFormat() error {
	for _, f := range b.fetches {
		if len(f.wants) > 0 {
			b.sha256 = len(f.wants[0]) == 2*sha256.Size
			return nil
		}
	}
	for _, l := range b.listings {
		if l.Posted || l.Lost != "" {
			continue
		}
		git, err := contents.ReadGit(b.git.open(l.ID, runnertape.ResponseSide), l.Coding, false)
		if err != nil {
			return fmt.Errorf("read refs: %w", err)
		}
		b.sha256 = slices.Contains(git.Capabilities, "object-format=sha256")
		return nil
	}
	return nil
}

// leave notes that what a job was given is not in the repository.
func (b *builder) leave(a *Answer, why error) {
	if b.left[a.Job] == nil {
		b.left[a.Job] = fmt.Errorf("exchange %d: %w", a.ID, why)
	}
}

// settings are of every repository. Whatever is asked for by its id is given, and parts are, as GitLab does (Gitaly sets the
// same); and no time is spent on making packs small.
const settings = `
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[pack]
	window = 0
	threads = 1
[core]
	fsync = none
`

// init makes the repository, without anything in it.
func (b *builder) init() error {
	args := []string{"init", "--quiet", "--bare", "--template="}
	if b.sha256 {
		args = append(args, "--object-format=sha256")
	}
	if _, err := run(b.ctx, b.dir, nil, append(args, "repository.git")...); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(b.objects(), "config"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(settings)
	return errors.Join(err, f.Close())
}
