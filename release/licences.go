package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// thirdParty are the licences of what is linked into the command, which they want to be passed on with it.
func thirdParty(ctx context.Context, env []string) ([]byte, error) {
	list, err := output(ctx, env, "go", "list", "-deps", "-json=Standard,Module", "./cmd/proxy")
	if err != nil {
		return nil, err
	}
	root, err := output(ctx, nil, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	folders := map[string]string{"Go and its standard library": root}
	type module struct {
		Path, Version, Dir string
		Main               bool
	}
	for d := json.NewDecoder(strings.NewReader(list)); ; {
		var p struct{ Module *module }
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read what go list says: %w", err)
		}
		if m := p.Module; m != nil && !m.Main {
			folders[m.Path+" "+m.Version] = m.Dir
		}
	}
	var all bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(folders)) {
		text, err := licencesIn(folders[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(&all, "%s\n%s\n\n%s\n\n", name, strings.Repeat("=", len(name)), text)
	}
	return all.Bytes(), nil
}

// licencesIn are the texts of the files that modules have for that.
func licencesIn(dir string) ([]byte, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts [][]byte
	for _, f := range files {
		name := strings.ToUpper(f.Name())
		if f.IsDir() || !slices.ContainsFunc([]string{"LICENSE", "LICENCE", "COPYING", "NOTICE", "PATENTS"}, func(word string) bool { return strings.HasPrefix(name, word) }) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, bytes.TrimSpace(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))))
	}
	if len(texts) == 0 {
		return nil, errors.New("it has no licence in its folder; whether it may be passed on nobody knows")
	}
	return bytes.Join(texts, []byte("\n\n")), nil
}
