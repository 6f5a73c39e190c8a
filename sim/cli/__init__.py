"""The command `armsrace`: words parsed, a public function called, its answer printed."""
