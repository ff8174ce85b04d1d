package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"runnertape/redact"
)

// talk is how the program speaks on stderr: one line each, "proxy: message
// (key value, …)", lower case, without time or full stop. All it says comes by here.
type talk struct {
	lines *lines
	hides *atomic.Pointer[redact.Redactor] // puts stand-ins into every line; nil, or of nil: there is nothing to hide
	attrs []slog.Attr
}

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
	if t.hides != nil {
		if r := t.hides.Load(); r != nil {
			text = r.String(text)
		}
	}
	return t.lines.say(printable(text))
}

// hide makes everything that is said from now on pass r. Errors quote what clients and files say, and whoever reads a log
// of the recorder need not be who may read the tokens.
func (p *process) hide(r *redact.Redactor) {
	if p.hides != nil {
		p.hides.Store(r)
	}
}

// WithAttrs implements slog.Handler.
func (t *talk) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &talk{lines: t.lines, hides: t.hides, attrs: append(append([]slog.Attr(nil), t.attrs...), attrs...)}
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
