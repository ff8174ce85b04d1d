package main

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestBuildFrom(t *testing.T) {
	const commit = "50f4a43abcdef0123456789abcdef0123456789a"
	module := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	git := []debug.BuildSetting{{Key: "vcs.revision", Value: commit}, {Key: "vcs.time", Value: "2026-11-24T00:10:00Z"}, {Key: "vcs.modified", Value: "true"}}
	tests := []struct {
		name, release string
		info          *debug.BuildInfo
		want          build
		line          string
	}{
		{"nothing is known", "", nil, build{version: "unknown"}, "unknown"},
		{"go run", "", module("(devel)"), build{version: "(devel)"}, "(devel)"},
		{"module cache", "", module("v1.2.3"), build{version: "v1.2.3"}, "v1.2.3"},
		{
			"git", "", module("v0.0.0-20261124001000-50f4a43abcde+dirty", git...),
			build{"v0.0.0-20261124001000-50f4a43abcde+dirty", "50f4a43abcde", "2026-11-24T00:10:00Z", true},
			"v0.0.0-20261124001000-50f4a43abcde+dirty",
		},
		{"release", "v1.2.3 " + commit + " 2026-11-24T00:10:00Z", module("(devel)", git...), build{"v1.2.3", "50f4a43abcde", "2026-11-24T00:10:00Z", false}, "v1.2.3 50f4a43abcde"},
		{"changed release", "v1.2.3 " + commit + " 2026-11-24T00:10:00Z modified", nil, build{"v1.2.3", "50f4a43abcde", "2026-11-24T00:10:00Z", true}, "v1.2.3 50f4a43abcde"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := buildFrom(test.release, test.info)
			if b != test.want {
				t.Errorf("%+v, want %+v", b, test.want)
			}
			if b.line() != test.line {
				t.Errorf("%q, want %q", b.line(), test.line)
			}
		})
	}
}

// What recordings and HARs name their maker by is one line.
func TestVersionIsOneLine(t *testing.T) {
	if v := version(); v == "" || strings.ContainsAny(v, "\n\r") {
		t.Errorf("%q", v)
	}
}
