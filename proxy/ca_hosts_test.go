package proxy

import (
	"slices"
	"strings"
	"testing"
)

func TestPermits(t *testing.T) {
	for _, c := range []struct {
		name    string
		hosts   []string
		listed  []string
		permits []string
		forbids []string
	}{
		{
			"a name",
			[]string{"GitLab.Example:8443"},
			[]string{"gitlab.example"},
			[]string{"gitlab.example", "GITLAB.example:443", "gitlab.example.", "below.gitlab.example"},
			[]string{"example", "other.example", "notgitlab.example", "gitlab.example.org", "127.0.0.1", "[::1]:443"},
		},
		{
			"addresses",
			[]string{"127.0.0.1:3000", "[2001:db8::1]:443"},
			[]string{"127.0.0.1", "2001:db8::1"},
			[]string{"127.0.0.1", "127.0.0.1:8443", "[2001:db8::1]:1", "2001:db8::1", "::ffff:127.0.0.1"},
			[]string{"127.0.0.2", "::1", "gitlab.example", "localhost"},
		},
		{
			"both",
			[]string{"gitlab", "192.0.2.7"},
			[]string{"gitlab", "192.0.2.7"},
			[]string{"gitlab", "192.0.2.7"},
			[]string{"storage", "192.0.2.8", "2001:db8::1"},
		},
		{"any", []string{"gitlab.example", AnyHost}, nil, []string{"other.example", "127.0.0.1", "::1"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := LoadCA(dir, c.hosts...); err != nil {
				t.Fatal(err)
			}
			ca, err := LoadCA(dir, "else.example") // too late to change it
			if err != nil {
				t.Fatal(err)
			}
			if got := ca.Hosts(); !slices.Equal(got, c.listed) {
				t.Errorf("may sign for %q", got)
			}
			for _, host := range c.permits {
				if !ca.Permits(host) {
					t.Errorf("forbids %s", host)
				}
			}
			for _, host := range c.forbids {
				if ca.Permits(host) {
					t.Errorf("permits %s", host)
				}
			}
		})
	}
}

func TestParseHost(t *testing.T) {
	for host, want := range map[string]string{
		"gitlab": "gitlab", "GitLab.Example": "gitlab.example", "gitlab.example:8443": "gitlab.example", "git_lab.example.": "git_lab.example",
		"10.1.2.3": "10.1.2.3", "[::1]": "::1", "[::1]:443": "::1", "xn--mnchen-3ya.example": "xn--mnchen-3ya.example",
	} {
		if got, err := ParseHost(host); got != want || err != nil {
			t.Errorf("%q: %q, %v", host, got, err)
		}
	}
	for host, want := range map[string]string{
		"": "not HOST", "a b": "not HOST", "..": "not HOST", "-a": "not HOST", "*": "not HOST", "*.example": "not HOST", "https://a": "not HOST",
		"a/b": "not HOST", "../a": "not HOST", strings.Repeat("a.", 130) + "a": "not HOST", "münchen.example": "not ASCII",
	} {
		if got, err := ParseHost(host); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v", host, got, err)
		}
		if _, err := LoadCA(t.TempDir(), host); err == nil && host != AnyHost {
			t.Errorf("%q: a CA was made", host)
		}
	}
}
