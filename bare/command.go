package bare

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// command is a git to be run in a repository, with nothing of the user's or the machine's settings. It
// ends with ctx.
func command(ctx context.Context, repository string, args ...string) (*exec.Cmd, error) {
	path, err := installed()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, path, args...)
	c.Dir = repository
	c.Env = []string{
		"HOME=" + repository, "XDG_CONFIG_HOME=" + repository, "TMPDIR=" + repository,
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_CONFIG_GLOBAL=" + os.DevNull,
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*", // whoever the folder seems to belong to: it is ours
		"GIT_ALLOW_PROTOCOL=",      // none
		"GIT_NO_LAZY_FETCH=1",      // since 2.44
		"GIT_TERMINAL_PROMPT=0",    // nobody is there
		"GIT_NO_REPLACE_OBJECTS=1", // refs/replace/ are refs like others here
		"LC_ALL=C",                 // errors as they are read here
	}
	for _, name := range []string{"PATH", "LD_LIBRARY_PATH", "GIT_EXEC_PATH", "SYSTEMROOT"} { // for git to find itself
		if value, ok := os.LookupEnv(name); ok {
			c.Env = append(c.Env, name+"="+value)
		}
	}
	ownGroup(c)
	c.WaitDelay = 5 * time.Second
	return c, nil
}

// run runs git in a repository to its end. Its error is what git says.
func run(ctx context.Context, repository string, in io.Reader, args ...string) ([]byte, error) {
	var out bytes.Buffer
	err := runTo(ctx, repository, in, &out, args...)
	return out.Bytes(), err
}

// runTo is run, and writes what git says to out while it runs.
func runTo(ctx context.Context, repository string, in io.Reader, out io.Writer, args ...string) error {
	c, err := command(ctx, repository, args...)
	if err != nil {
		return err
	}
	var said complaint
	c.Stdin, c.Stdout, c.Stderr = in, out, &said
	return said.of(ctx, args[0], c.Run())
}

// lineWriter is given what is written line by line, without the ends.
func lineWriter(take func(line string)) io.Writer { return &byLine{take: take} }

type byLine struct {
	take func(line string)
	open []byte // the line that has no end yet
}

// Write implements io.Writer. It has no errors.
func (l *byLine) Write(b []byte) (int, error) {
	l.open = append(l.open, b...)
	rest := l.open
	for {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		if !ended {
			l.open = l.open[:copy(l.open, rest)]
			return len(b), nil
		}
		l.take(string(line))
		rest = after
	}
}

// complaint is the beginning of what git says on stderr.
type complaint struct{ text []byte }

const maxComplaint = 4 << 10

// Write implements io.Writer. It has no errors.
func (s *complaint) Write(b []byte) (int, error) {
	s.text = append(s.text, b[:min(len(b), maxComplaint-len(s.text))]...)
	return len(b), nil
}

// of is the error of a git command, with the first of its complaints that is one.
func (s *complaint) of(ctx context.Context, command string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) {
		return fmt.Errorf("git %s: %w", command, err)
	}
	for line := range strings.Lines(string(s.text)) {
		if what, ok := strings.CutPrefix(strings.TrimSpace(line), "fatal: "); ok {
			return fmt.Errorf("git %s: %s", command, what)
		}
	}
	if first, _, _ := strings.Cut(strings.TrimSpace(string(s.text)), "\n"); first != "" {
		return fmt.Errorf("git %s: %s", command, first)
	}
	return fmt.Errorf("git %s: %w", command, err)
}
