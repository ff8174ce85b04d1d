package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
)

// talk is how the program speaks on stderr: one line each, "proxy: message
// (key value, …)", lower case, without time or full stop.
type talk struct {
	w     io.Writer
	attrs []slog.Attr
}

var talking sync.Mutex // lines of several goroutines do not mix

// Enabled implements slog.Handler. What a client can cause at will is Debug.
func (t *talk) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelInfo }

// Handle implements slog.Handler.
func (t *talk) Handle(_ context.Context, r slog.Record) error {
	var facts []string
	add := func(a slog.Attr) bool {
		if value := a.Value.String(); value != "" {
			facts = append(facts, strings.ReplaceAll(a.Key, "_", " ")+" "+value)
		}
		return true
	}
	for _, a := range t.attrs {
		add(a)
	}
	r.Attrs(add)
	text := r.Message
	if r.Level >= slog.LevelWarn {
		text = "warning: " + text
	}
	if len(facts) > 0 {
		text += " (" + strings.Join(facts, ", ") + ")"
	}
	talking.Lock()
	defer talking.Unlock()
	_, err := fmt.Fprintf(t.w, "proxy: %s\n", printable(text))
	return err
}

// WithAttrs implements slog.Handler.
func (t *talk) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &talk{w: t.w, attrs: append(append([]slog.Attr(nil), t.attrs...), attrs...)}
}

// WithGroup implements slog.Handler. Groups are not shown.
func (t *talk) WithGroup(string) slog.Handler { return t }

// say writes one line to stderr.
func (p *process) say(format string, args ...any) {
	p.log.Info(fmt.Sprintf(format, args...))
}

// printable is s with everything that could drive a terminal escaped.
func printable(s string) string {
	if strings.IndexFunc(s, isControl) < 0 && strings.ToValidUTF8(s, "") == s {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isControl(r) || r == '\uFFFD' {
			q := fmt.Sprintf("%q", r)
			b.WriteString(q[1 : len(q)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// isControl covers C0, DEL, C1, and what changes the direction or breaks the line.
func isControl(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x061c || r == 0x200e || r == 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
