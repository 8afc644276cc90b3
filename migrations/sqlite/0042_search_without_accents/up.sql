-- Names are searched without accents. What was kept with them loses those of Latin letters here; that of other scripts does
-- when its user changes.
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'à', 'a'), 'á', 'a'), 'â', 'a'), 'ã', 'a'), 'ä', 'a'), 'å', 'a'), 'ā', 'a'), 'ă', 'a'), 'ą', 'a'), 'ǎ', 'a'), 'ǟ', 'a'), 'ǡ', 'a'), 'ǻ', 'a'), 'ȁ', 'a'), 'ȃ', 'a'), 'ȧ', 'a'), 'ḁ', 'a'), 'ạ', 'a'), 'ả', 'a'), 'ấ', 'a'), 'ầ', 'a'), 'ẩ', 'a'), 'ẫ', 'a'), 'ậ', 'a'), 'ắ', 'a'), 'ằ', 'a'), 'ẳ', 'a'), 'ẵ', 'a'), 'ặ', 'a')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(search_text, 'ç', 'c'), 'ć', 'c'), 'ĉ', 'c'), 'ċ', 'c'), 'č', 'c'), 'ḉ', 'c')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'è', 'e'), 'é', 'e'), 'ê', 'e'), 'ë', 'e'), 'ē', 'e'), 'ĕ', 'e'), 'ė', 'e'), 'ę', 'e'), 'ě', 'e'), 'ȅ', 'e'), 'ȇ', 'e'), 'ȩ', 'e'), 'ḕ', 'e'), 'ḗ', 'e'), 'ḙ', 'e'), 'ḛ', 'e'), 'ḝ', 'e'), 'ẹ', 'e'), 'ẻ', 'e'), 'ẽ', 'e'), 'ế', 'e'), 'ề', 'e'), 'ể', 'e'), 'ễ', 'e'), 'ệ', 'e')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ì', 'i'), 'í', 'i'), 'î', 'i'), 'ï', 'i'), 'ĩ', 'i'), 'ī', 'i'), 'ĭ', 'i'), 'į', 'i'), 'ǐ', 'i'), 'ȉ', 'i'), 'ȋ', 'i'), 'ḭ', 'i'), 'ḯ', 'i'), 'ỉ', 'i'), 'ị', 'i')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ñ', 'n'), 'ń', 'n'), 'ņ', 'n'), 'ň', 'n'), 'ǹ', 'n'), 'ṅ', 'n'), 'ṇ', 'n'), 'ṉ', 'n'), 'ṋ', 'n')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ò', 'o'), 'ó', 'o'), 'ô', 'o'), 'õ', 'o'), 'ö', 'o'), 'ō', 'o'), 'ŏ', 'o'), 'ő', 'o'), 'ơ', 'o'), 'ǒ', 'o'), 'ǫ', 'o'), 'ǭ', 'o'), 'ȍ', 'o'), 'ȏ', 'o'), 'ȫ', 'o'), 'ȭ', 'o'), 'ȯ', 'o'), 'ȱ', 'o'), 'ṍ', 'o'), 'ṏ', 'o'), 'ṑ', 'o'), 'ṓ', 'o'), 'ọ', 'o'), 'ỏ', 'o'), 'ố', 'o'), 'ồ', 'o'), 'ổ', 'o'), 'ỗ', 'o'), 'ộ', 'o'), 'ớ', 'o'), 'ờ', 'o'), 'ở', 'o'), 'ỡ', 'o'), 'ợ', 'o')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ù', 'u'), 'ú', 'u'), 'û', 'u'), 'ü', 'u'), 'ũ', 'u'), 'ū', 'u'), 'ŭ', 'u'), 'ů', 'u'), 'ű', 'u'), 'ų', 'u'), 'ư', 'u'), 'ǔ', 'u'), 'ǖ', 'u'), 'ǘ', 'u'), 'ǚ', 'u'), 'ǜ', 'u'), 'ȕ', 'u'), 'ȗ', 'u'), 'ṳ', 'u'), 'ṵ', 'u'), 'ṷ', 'u'), 'ṹ', 'u'), 'ṻ', 'u'), 'ụ', 'u'), 'ủ', 'u'), 'ứ', 'u'), 'ừ', 'u'), 'ử', 'u'), 'ữ', 'u'), 'ự', 'u')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ý', 'y'), 'ÿ', 'y'), 'ŷ', 'y'), 'ȳ', 'y'), 'ẏ', 'y'), 'ẙ', 'y'), 'ỳ', 'y'), 'ỵ', 'y'), 'ỷ', 'y'), 'ỹ', 'y')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(search_text, 'ď', 'd'), 'ḋ', 'd'), 'ḍ', 'd'), 'ḏ', 'd'), 'ḑ', 'd'), 'ḓ', 'd')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(search_text, 'ĝ', 'g'), 'ğ', 'g'), 'ġ', 'g'), 'ģ', 'g'), 'ǧ', 'g'), 'ǵ', 'g'), 'ḡ', 'g')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ĥ', 'h'), 'ȟ', 'h'), 'ḣ', 'h'), 'ḥ', 'h'), 'ḧ', 'h'), 'ḩ', 'h'), 'ḫ', 'h'), 'ẖ', 'h')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(search_text, 'ĵ', 'j'), 'ǰ', 'j')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(search_text, 'ķ', 'k'), 'ǩ', 'k'), 'ḱ', 'k'), 'ḳ', 'k'), 'ḵ', 'k')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(search_text, 'ĺ', 'l'), 'ļ', 'l'), 'ľ', 'l'), 'ḷ', 'l'), 'ḹ', 'l'), 'ḻ', 'l'), 'ḽ', 'l')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ŕ', 'r'), 'ŗ', 'r'), 'ř', 'r'), 'ȑ', 'r'), 'ȓ', 'r'), 'ṙ', 'r'), 'ṛ', 'r'), 'ṝ', 'r'), 'ṟ', 'r')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ś', 's'), 'ŝ', 's'), 'ş', 's'), 'š', 's'), 'ș', 's'), 'ṡ', 's'), 'ṣ', 's'), 'ṥ', 's'), 'ṧ', 's'), 'ṩ', 's')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(replace(search_text, 'ţ', 't'), 'ť', 't'), 'ț', 't'), 'ṫ', 't'), 'ṭ', 't'), 'ṯ', 't'), 'ṱ', 't'), 'ẗ', 't')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(replace(search_text, 'ŵ', 'w'), 'ẁ', 'w'), 'ẃ', 'w'), 'ẅ', 'w'), 'ẇ', 'w'), 'ẉ', 'w'), 'ẘ', 'w')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(replace(replace(replace(search_text, 'ź', 'z'), 'ż', 'z'), 'ž', 'z'), 'ẑ', 'z'), 'ẓ', 'z'), 'ẕ', 'z')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(search_text, 'ḃ', 'b'), 'ḅ', 'b'), 'ḇ', 'b')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(search_text, 'ḟ', 'f')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(replace(search_text, 'ḿ', 'm'), 'ṁ', 'm'), 'ṃ', 'm')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(search_text, 'ṕ', 'p'), 'ṗ', 'p')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(search_text, 'ṽ', 'v'), 'ṿ', 'v')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
UPDATE users SET search_text = replace(replace(search_text, 'ẋ', 'x'), 'ẍ', 'x')
WHERE length(CAST(search_text AS BLOB)) <> length(search_text);
