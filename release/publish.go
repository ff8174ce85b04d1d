package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// documents are what is beside the command in an archive, but for what it prints itself: all that README.md links to, and
// recordings to replay.
var documents = []string{"README.md", "LICENSE", "CHANGELOG.md", "ARCHITECTURE.md", "Justfile", "docs/*.md", "proxy/doc.go", "fixtures/README.md", "fixtures/*.txtar"}

// publish fills the folder out.
func publish(ctx context.Context, out, version string, only []string, modified bool) error {
	for _, platform := range only {
		if !slices.Contains(platforms, platform) {
			return fmt.Errorf("%q is none of %s", platform, strings.Join(platforms, ", "))
		}
	}
	s, err := sourceOf(ctx, version, modified)
	if err != nil {
		return err
	}
	if err := clear(out); err != nil {
		return err
	}
	common, err := commonMembers(ctx, &s)
	if err != nil {
		return err
	}
	var sums []string
	for _, platform := range slices.Sorted(slices.Values(only)) {
		name, sum, err := pack(ctx, out, platform, &s, common)
		if err != nil {
			return fmt.Errorf("%s: %w", platform, err)
		}
		sums = append(sums, sum+"  "+name+"\n")
		fmt.Println(filepath.Join(out, name))
	}
	return os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(strings.Join(sums, "")), 0o644)
}

// clear makes the folder, and removes what an earlier release left in it.
func clear(out string) error {
	left, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil {
		return err
	}
	for _, path := range left {
		base := filepath.Base(path)
		ours := base == "SHA256SUMS" || strings.HasPrefix(base, "runnertape-") || slices.Contains(platforms, strings.Replace(base, "-", "/", 1))
		if !ours {
			return fmt.Errorf("%s: no release made it; name another folder with -o", path)
		}
		if err := os.RemoveAll(path); err != nil {
			return err
		}
	}
	return os.MkdirAll(out, 0o755)
}

// commonMembers are the members that archives for all platforms have.
func commonMembers(ctx context.Context, s *source) ([]member, error) {
	var members []member
	for _, pattern := range documents {
		names, err := filepath.Glob(pattern)
		if err = errors.Join(err, noneOf(names, pattern)); err != nil {
			return nil, err
		}
		for _, name := range names {
			content, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			members = append(members, member{name: filepath.ToSlash(name), content: content})
		}
	}
	temp, err := os.MkdirTemp("", "release")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	here := filepath.Join(temp, "proxy.exe")
	if err := build(ctx, here, "", s); err != nil {
		return nil, err
	}
	for name, args := range map[string][]string{
		"completion/proxy.bash": {"completion", "bash"}, "completion/_proxy": {"completion", "zsh"}, "completion/proxy.fish": {"completion", "fish"}, "man/proxy.1": {"man"},
	} {
		text, err := output(ctx, nil, here, args...)
		if err != nil {
			return nil, err
		}
		members = append(members, member{name: name, content: []byte(text + "\n")})
	}
	return members, nil
}

func noneOf(names []string, pattern string) error {
	if len(names) == 0 {
		return fmt.Errorf("there is no %s here; call it in the folder of the project", pattern)
	}
	return nil
}

// pack builds and archives for one platform. The archive has one folder.
func pack(ctx context.Context, out, platform string, s *source, common []member) (name, sum string, err error) {
	system, arch, _ := strings.Cut(platform, "/")
	bin := filepath.Join(out, system+"-"+arch, "proxy")
	write, ending := writeTarGz, ".tar.gz"
	if system == "windows" {
		bin, write, ending = bin+".exe", writeZip, ".zip"
	}
	if err := build(ctx, bin, platform, s); err != nil {
		return "", "", err
	}
	binary, err := os.ReadFile(bin)
	if err != nil {
		return "", "", err
	}
	licences, err := thirdParty(ctx, environment(platform))
	if err != nil {
		return "", "", err
	}
	if system == "linux" {
		if err := forContainer(filepath.Dir(bin), licences); err != nil {
			return "", "", err
		}
	}
	folder := strings.Join([]string{"runnertape", s.version, system, arch}, "-")
	var members []member
	for _, m := range append(common[:len(common):len(common)], member{filepath.Base(bin), binary, true}, member{name: "THIRD-PARTY-LICENSES", content: licences}) {
		m.name = folder + "/" + m.name
		members = append(members, m)
	}
	var archive bytes.Buffer
	if err := write(&archive, members, s.when); err != nil {
		return "", "", err
	}
	name = folder + ending
	return name, fmt.Sprintf("%x", sha256.Sum256(archive.Bytes())), os.WriteFile(filepath.Join(out, name), archive.Bytes(), 0o644)
}

// forContainer puts beside the command what else the Containerfile copies. Nothing runs while an image is built from
// scratch, so its folder for recordings is copied too.
func forContainer(dir string, licences []byte) error {
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "THIRD-PARTY-LICENSES"), licences, 0o644),
		os.Mkdir(filepath.Join(dir, "recordings"), 0o700),
	)
}

// build builds the command for a platform, "" for this one. What the go command would note of git depends on which
// tags a clone has; the stamp has it instead.
func build(ctx context.Context, out, platform string, s *source) error {
	_, err := output(ctx, environment(platform), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X 'main.release="+s.stamp()+"'", "-o", out, "./cmd/proxy")
	return err
}

// environment is what a build depends on beside the sources and Go: nothing of this machine's.
func environment(platform string) []string {
	system, arch, _ := strings.Cut(platform, "/")
	return []string{
		"CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOAMD64=v1", "GOARM64=v8.0", "GOFIPS140=off", "GOWORK=off",
		"GOOS=" + system, "GOARCH=" + arch, // empty: this machine
	}
}
