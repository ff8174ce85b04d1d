package bare

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Clone is what a server with a local repository says to a client that fetches one commit into an empty folder. Close removes
// its temporary folder.
type Clone struct {
	Name     string // branch or tag; "detached" for a commit that was named by its id
	Tag      bool   // Name is a tag
	SHA      string // the commit
	SHA256   bool   // ids are SHA-256, else SHA-1
	Author   string // "Name <address>"
	Message  string // of the commit, whole
	Authored time.Time
	Dirty    bool   // there are changes beside the commit that are in none, of files that git knows
	Calls    []Call // in order

	dir string
}

// Close removes what the answers are kept in.
func (c *Clone) Close() error { return os.RemoveAll(c.dir) }

// Local makes the clone of a revision of the repository at dir, so many commits deep, 0 for all. The commit is also under the
// further refs. The repository is only read. The pack is as git makes it: another version of git may pack the same otherwise.
//
// The error says, to a person, why there can be none.
func Local(ctx context.Context, dir, revision string, depth int, refs ...string) (*Clone, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: no such folder", dir)
	}
	objects, err := oneLine(ctx, dir, "rev-parse", "--git-path", "objects")
	if errors.Is(err, errNoGit) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no git repository: %w", dir, err)
	}
	shallow, err := oneLine(ctx, dir, "rev-parse", "--git-path", "shallow")
	if err != nil {
		return nil, err
	}
	c := &Clone{Name: "detached"}
	if err := c.find(ctx, dir, revision); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	changes, err := run(ctx, dir, nil, "--no-optional-locks", "status", "--porcelain", "--untracked-files=no")
	c.Dirty = err == nil && len(changes) > 0 // else it has no work tree
	if c.dir, err = os.MkdirTemp("", folderPrefix); err != nil {
		return nil, fmt.Errorf("make a folder for the clone: %w", err)
	}
	err = c.view(ctx, absolute(dir, objects), absolute(dir, shallow), refs)
	if err == nil {
		err = c.ask(ctx, depth)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("clone %s: %w", dir, err), c.Close())
	}
	return c, nil
}

// oneLine is what git says in one line.
func oneLine(ctx context.Context, dir string, args ...string) (string, error) {
	out, err := run(ctx, dir, nil, args...)
	return strings.TrimSpace(string(out)), err
}

// absolute is a path that git gave relative to the folder it ran in.
func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	if all, err := filepath.Abs(filepath.Join(dir, path)); err == nil {
		return all
	}
	return filepath.Join(dir, path)
}

// find resolves the revision.
func (c *Clone) find(ctx context.Context, dir, revision string) error {
	var err error
	if c.SHA, err = oneLine(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}"); err != nil {
		return fmt.Errorf("there is no commit %q in it", revision)
	}
	c.SHA256 = len(c.SHA) > 40
	full, err := oneLine(ctx, dir, "rev-parse", "--symbolic-full-name", "--verify", "--quiet", "--end-of-options", revision)
	if err != nil {
		full = "" // an id, or something like main~2
	}
	if name, ok := strings.CutPrefix(full, "refs/heads/"); ok {
		c.Name = name
	} else if name, ok := strings.CutPrefix(full, "refs/tags/"); ok {
		c.Name, c.Tag = name, true
	} else if name, ok := strings.CutPrefix(full, "refs/remotes/"); ok {
		_, c.Name, _ = strings.Cut(name, "/") // behind the name of the remote
	}
	out, err := run(ctx, dir, nil, "show", "--no-patch", "--no-show-signature", "--format=%an <%ae>%n%at%n%B", c.SHA)
	if err != nil {
		return err
	}
	author, rest, _ := strings.Cut(string(out), "\n")
	seconds, message, _ := strings.Cut(rest, "\n")
	c.Author, c.Message = author, strings.TrimRight(message, "\n")+"\n"
	if n, err := strconv.ParseInt(seconds, 10, 64); err == nil {
		c.Authored = time.Unix(n, 0).UTC()
	}
	return nil
}

// Ref is the full name of the branch or tag.
func (c *Clone) Ref() string {
	if c.Tag {
		return "refs/tags/" + c.Name
	}
	return "refs/heads/" + c.Name
}

// view makes a repository that borrows all objects, and has no refs but those of the clone.
func (c *Clone) view(ctx context.Context, objects, shallow string, names []string) error {
	args := []string{"init", "--quiet", "--bare", "--template="}
	if c.SHA256 {
		args = append(args, "--object-format=sha256")
	}
	if _, err := run(ctx, c.dir, nil, append(args, "repository.git")...); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(c.repository(), "config"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(settings)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if content, err := os.ReadFile(shallow); err == nil {
		if err := os.WriteFile(filepath.Join(c.repository(), "shallow"), content, 0o600); err != nil {
			return err
		}
	} else if gone(err) != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(c.repository(), "objects", "info", "alternates"), []byte(objects+"\n"), 0o600); err != nil {
		return err
	}
	all := refs{ids: map[string]string{c.Ref(): c.SHA}, head: "ref: " + c.Ref()}
	if c.Tag {
		all.head = c.SHA
	}
	for _, name := range names {
		all.ids[name] = c.SHA
	}
	return all.write(c.repository())
}

func (c *Clone) repository() string { return filepath.Join(c.dir, "repository.git") }
