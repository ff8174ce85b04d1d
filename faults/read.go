package faults

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Read reads a shipped fault file by its name, or one on disk by its path: what has a dot or a slash in its name is one on
// disk. What has a colon and a blank is no name, but a rule. The error of a file that cannot be read wraps an [fs.PathError];
// any other says what is wrong with name or with what stands there.
func Read(name string) (rules []*Rule, text string, err error) {
	if strings.Contains(name, ": ") {
		name, text = "--faults", name+"\n"
	} else if shipped, ok := Find(name); ok {
		text = shipped.Text
	} else {
		content, err := os.ReadFile(name)
		if errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(name, "./\\") {
			return nil, "", fmt.Errorf("there are no faults named %q, and no such file; proxy faults lists what there is", name)
		}
		if err != nil {
			return nil, "", fmt.Errorf("read faults: %w", err)
		}
		text = string(content)
	}
	rules, err = Parse(name, text)
	return rules, text, err
}

// ReadSet is a Set of what all names stand for, as Read has it: nil if there are none. A name that stands for no rule is wrong.
func ReadSet(seed uint64, names ...string) (*Set, error) {
	if len(names) == 0 {
		return nil, nil
	}
	var rules []*Rule
	for _, name := range names {
		some, _, err := Read(name)
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return nil, fmt.Errorf("there is no rule in %s", name)
		}
		rules = append(rules, some...)
	}
	return NewSet(seed, rules), nil
}
