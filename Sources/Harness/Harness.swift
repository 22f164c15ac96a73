enum HarnessInfo {}
