package main

import "fmt"

// condition is [mount] in a script.
func condition(name string) (bool, error) {
	if name != "mount" {
		return false, fmt.Errorf("there is no condition %q", name)
	}
	return canMount(), nil
}
