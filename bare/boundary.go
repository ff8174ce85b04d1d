package bare

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// findBoundary finds where the history ends with the packs that are in, and says it to git: at the commits of which a recorded
// answer said so, but for those whose parents another pack brought.
func (b *builder) findBoundary() error {
	slices.Sort(b.ends)
	b.ends = slices.Compact(b.ends)
	parents, err := b.parents(b.ends)
	if err != nil {
		return err
	}
	var all []string
	for _, ids := range parents {
		all = append(all, ids...)
	}
	there, err := b.has(b.ctx, all)
	if err != nil {
		return err
	}
	b.boundary = nil
	for _, id := range b.ends {
		if slices.ContainsFunc(parents[id], func(parent string) bool { return !there[parent] }) {
			b.boundary = append(b.boundary, id)
		}
	}
	return b.writeShallow()
}

// writeShallow says to git where the history ends.
func (b *builder) writeShallow() error {
	path := filepath.Join(b.objects(), "shallow")
	if len(b.boundary) == 0 {
		return gone(os.Remove(path))
	}
	return os.WriteFile(path, []byte(strings.Join(b.boundary, "\n")+"\n"), 0o600)
}

// parents are the parents that commits name, also those behind the boundary. Commits that are not there have none.
func (b *builder) parents(ids []string) (map[string][]string, error) {
	parents := map[string][]string{}
	if len(ids) == 0 {
		return parents, nil
	}
	out, err := run(b.ctx, b.objects(), lines(ids), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	for r := bufio.NewReader(bytes.NewReader(out)); ; {
		head, err := r.ReadString('\n') // "ID commit BYTES", or "ID missing"
		if errors.Is(err, io.EOF) {
			return parents, nil
		}
		words := strings.Fields(head)
		if len(words) != 3 {
			continue
		}
		size, err := strconv.Atoi(words[2])
		if err != nil {
			return nil, fmt.Errorf("git cat-file says %q", head)
		}
		content := make([]byte, size+1)
		if _, err := io.ReadFull(r, content); err != nil {
			return nil, fmt.Errorf("read commit %s: %w", words[0], err)
		}
		for line := range strings.Lines(string(content)) {
			word, id, _ := strings.Cut(strings.TrimSpace(line), " ")
			if word == "" { // the message begins
				break
			}
			if word == "parent" {
				parents[words[0]] = append(parents[words[0]], id)
			}
		}
	}
}

// has tells of a few objects which are in the repository.
func (r *Repository) has(ctx context.Context, ids []string) (map[string]bool, error) {
	found := map[string]bool{}
	if len(ids) == 0 {
		return found, nil
	}
	out, err := run(ctx, r.objects(), lines(ids), "cat-file", "--batch-check=%(objectname)")
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(out)) {
		if id := strings.TrimSpace(line); !strings.Contains(id, " ") { // else "ID missing"
			found[id] = true
		}
	}
	return found, nil
}

// walk fails if something is not there of what can be reached from ids, down to the boundary, and that filter does not leave
// out. What can be reached from an id after "^" is not looked at.
func (r *Repository) walk(ctx context.Context, repository string, ids []string, filter string) error {
	args := []string{"rev-list", "--objects", "--quiet", "--stdin"}
	if filter != "" {
		args = append(args, "--filter="+filter)
	}
	return runTo(ctx, repository, lines(ids), io.Discard, args...)
}
